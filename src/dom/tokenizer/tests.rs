//! The tree is that which html5ever's own tokenizer makes of the same page.

use ego_tree::iter::Edge;

use super::parse;

/// One node a line, as deep as it stands.
fn described(html: &scraper::Html) -> String {
    let mut lines = vec![format!("{:?}", html.quirks_mode)];
    let mut depth = 0;
    for edge in html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => {
                let node = match node.value() {
                    scraper::Node::Element(element) => {
                        let attrs = element.attrs.iter().map(|(name, value)| (name, &**value));
                        format!("{:?} {:?}", element.name, attrs.collect::<Vec<_>>())
                    }
                    other => format!("{other:?}"),
                };
                lines.push(" ".repeat(depth) + &node);
                depth += 1;
            }
            Edge::Close(_) => depth -= 1,
        }
    }
    lines.join("\n")
}

#[track_caller]
fn check(pages: &[&str]) {
    for page in pages {
        let parsed = parse(page);
        assert!(!parsed.flattened, "{page:?}");
        let theirs = scraper::Html::parse_document(page);
        assert_eq!(described(&parsed.html), described(&theirs), "{page:?}");
    }
}

#[test]
fn text_and_stray_angle_brackets() {
    check(&[
        "",
        "text",
        "a < b > c",
        "<",
        "a<",
        "</",
        "a</",
        "</>a",
        "a</ b>c",
        "<1>",
        "</1>x",
        "a<<b>c",
        "<é>",
        "1<2 && 3>2",
        "  \n <p>  \n </p>  ",
        "<p>a\r\nb\rc\n\rd",
        "\u{feff}<p>x",
        "<p>x\u{feff}y",
        "a\0b<p>\0\0c",
        "\0",
    ]);
}

#[test]
fn tags() {
    check(&[
        "<p>a</p>",
        "<P>a</p >",
        "<p/>a",
        "<br/><br / ><br/ />x",
        "<p",
        "<p ",
        "<p a",
        "<p a=",
        "<p a=b",
        "<p a='b",
        "<p a='b'",
        "<p /",
        "</p",
        "a</p b='c'>d",
        "</br a=b>",
        "<p\na\t=\x0c'b'\n>",
        "<a\0b>x",
        "<x-long-element-name>a<X-LONG-ELEMENT-NAME>b",
        "<p>a<DIV>b<p>c</DIV>d</p>",
        "<p <b>c</b>",
        "<svg><path/><g>x</g></svg>y",
        "<title/>a</title>",
    ]);
}

#[test]
fn attributes() {
    check(&[
        "<p a=b c='d' e=\"f\" g>",
        "<p a=b a=c A=d>",
        "<p a='b'c=\"d\"e>",
        "<p =a =b=c>",
        "<p a==b>",
        "<p a= >x",
        "<p a=>x",
        "<p a =b c = d e= f>",
        "<p a=b/>x",
        "<p a=b/c>",
        "<p a/b/c=d/>",
        "<p 'a' \"b\" c'd>",
        "<p a='<b>' c=\"x > y\">",
        "<p a=\"b\nc\r\nd\">",
        "<p a=\0b \0c='\0' d\0e>",
        "<p A-Very-Long-Name=x a-very-long-name=y>",
        "<p a=`b` c=d\"e'f<g=h>",
        "<p äöü=äöü>",
        "<a href=x?a=1&b=2&copy=3&amp;d>",
    ]);
}

#[test]
fn character_references() {
    check(&[
        "&amp; &lt;&gt; &quot;&apos; &nbsp;",
        "&amp &lt b&gtc &copy2 &notit; &notin; &no",
        "& && &; &a &x; &unknown; &unknown",
        "&CounterClockwiseContourIntegral; &CounterClockwiseContourIntegralx;",
        "&NotEqualTilde;&bne;&fjlig;",
        "&#65;&#x41;&#X4a;&#65 &#x41 b",
        "&#;&#x;&#xg;&#a;&# &#",
        "&#0;&#x80;&#150;&#159;&#x81;&#xD800;&#xFFFE;&#x110000;&#99999999999999;&#13;",
        "<p a='&amp;&amp=&ampx&amp&lt;' b=&quot; c=&copy=1 d=\"&notit;&notin;&not\">",
        "<p a='&#65;&#x42&#;&' b=&#67 c=&>",
        "<title>a &amp; b &lt c</title>",
        "<textarea>&lt;b&gt;</textarea>",
        "<style>&amp;</style><script>&amp;</script>",
        "&am",
        "&#x4",
        "&",
        "<p a='&am",
        "&amp;amp;",
        "a&lt;b>c",
        "&é; &aé; &ampé",
    ]);
}

#[test]
fn comments() {
    check(&[
        "a<!-- b -->c",
        "<!-->a",
        "<!--->a",
        "<!---->a",
        "<!----->a",
        "<!--a--!>b",
        "<!--a--!b-->c",
        "<!--a--!-->b",
        "<!----!>a",
        "<!---!>a-->b",
        "<!-- <!-- a --> b -->",
        "<!--<!-->a",
        "<!--<!--->a",
        "<!-- a -- b - c --- d --->e",
        "<!-- a > b -->",
        "<!--",
        "<!---",
        "<!----",
        "<!-----",
        "<!--a",
        "<!--a-",
        "<!--a--",
        "<!--a---",
        "<!--a--!",
        "<!--!",
        "<!--<!",
        "<!--<!-",
        "<!--<!--",
        "<!-- \0 \r\n -->",
        "<!",
        "<!>a",
        "<!->a",
        "<!-a>b",
        "<!a>b",
        "<!a",
        "<!doc>a",
        "<?php echo 1 > 2 ?>a",
        "<?",
        "<?>",
        "<?xml version='1.0'?><p>x",
        "</ a>b",
        "</\0>",
        "<!\0a>",
        "a<!--x-->b<!--y-->c",
    ]);
}

#[test]
fn doctypes() {
    let transitional = "-//W3C//DTD HTML 4.01 Transitional//EN";
    let tables = "<p><table><tr><td>x</table>";
    let quirky = format!("<!DOCTYPE HTML PUBLIC \"{transitional}\">{tables}");
    let almost = format!("<!DOCTYPE HTML PUBLIC '{transitional}' 'http://x.example/'>{tables}");
    check(&[
        "<!doctype html><p><table>",
        "<!DOCTYPE HTML><p><table>",
        "<!doctype html >",
        "<!doctypehtml>",
        "<!doctype>",
        "<!doctype >",
        "<!doctype",
        "<!doctype ",
        "<!doctype html",
        "<!doctype html ",
        "<!doctype html x><p><table>",
        "<!doctype h\0ml>",
        "<!doctype html public>",
        "<!doctype html public ",
        "<!doctype html public x>",
        "<!doctype html public \"a\">",
        "<!doctype html public\"a\">",
        "<!doctype html public 'a>b",
        "<!doctype html public 'a",
        "<!doctype html public 'a'",
        "<!doctype html public 'a' x>",
        "<!doctype html public 'a' \"b\">",
        "<!doctype html public 'a'\"b\">",
        "<!doctype html public 'a' 'b",
        "<!doctype html public 'a' 'b>c",
        "<!doctype html public 'a' 'b' c>",
        "<!doctype html public 'a' 'b' c",
        "<!doctype html system>",
        "<!doctype html system 'a'>",
        "<!doctype html SYSTEM\"a\"x>",
        "<!doctype html system 'a' ",
        "<!doctype html system 'about:legacy-compat'><p><table>",
        "<p>a<!doctype html>b",
        &quirky,
        &almost,
        tables,
    ]);
}

#[test]
fn text_without_markup() {
    check(&[
        "<title>a <b> c</title>d",
        "<title>a</titlex></title >b",
        "<title>a</TITLE\n>b",
        "<title>a</title/>b",
        "<title>a</title b='>'>c",
        "<title>a</title",
        "<title>a</title ",
        "<title>a</",
        "<title>a<",
        "<title>",
        "<textarea>\n\na</textarea>",
        "<textarea>\r\na\0</textarea>",
        "<pre>\n\na</pre><listing>\na</listing>",
        "<style>a < b </b> </style>c",
        "<style><!-- </style> -->",
        "<style>\0</STYLE>x",
        "<xmp><b></xmp><noembed><b></noembed><noframes><b></noframes><iframe><b></iframe>x",
        "<head><noscript><img src=a></noscript></head><body><noscript><p>b</noscript>c",
        "<noscript><!-- </noscript> -->",
        "a<plaintext>b</plaintext><p>\0c",
        "<select><title>a</title><textarea>b</textarea></select>",
        "<svg><title>a<b>c</b></title><style>a<b>c</style></svg>d",
        "<svg><script>a<b>c</script></svg>d",
    ]);
}

#[test]
fn scripts() {
    check(&[
        "<script>if (a < b && c > d) x = '</b>';</script>e",
        "<script>a</scriptx></script>b",
        "<script>a</SCRIPT >b",
        "<script>a</script",
        "<script>a</script ",
        "<script>a</",
        "<script>a<",
        "<script>a",
        "<script><!-- a --></script>b",
        "<script><!--</script>a",
        "<script><!-- <script> </script> a --></script>b",
        "<script><!-- <script> </script> </script>b",
        "<script><!-- <script> --> </script>a",
        "<script><!-- <scriptx> </script>a",
        "<script><!-- <script </script>a",
        "<script><!-- <script/ </script/ </script/>a",
        "<script><!--<script>a</scriptx>b</script>c</script>d",
        "<script><!--><script></script>a",
        "<script><!---><script></script>a",
        "<script><!-<script></script>a",
        "<script><!--<SCRIPT></sCript>a--></script>b",
        "<script><!-- -- ><script></script>a</script>b",
        "<script><!-- <script>-->--></script>a",
        "<script><!--<<script>></script></script>a",
        "<script><!-- \0 <script> \0",
        "<script><!--",
        "<script><!-- -",
        "<script><!-- <",
        "<script><!-- <script",
        "<script><!-- <script><",
        "<script><!-- <script></script",
        "<script>\r\n\0</script>",
        "<script></script>\u{feff}<title>x</title>",
        "<meta charset=utf-8>\u{feff}<title>x</title>",
    ]);
}

#[test]
fn foreign_content() {
    check(&[
        "<svg><![CDATA[a <b> c]]></svg>d",
        "<svg><![CDATA[a]]]]>b]]>c",
        "<svg><![CDATA[a]]",
        "<svg><![CDATA[a]",
        "<svg><![CDATA[",
        "<svg><![CDATA[]]>a",
        "<svg><![CDATA[a\0b]]>\0c",
        "<svg><![cdata[a]]></svg>",
        "<p><![CDATA[a > b]]>c",
        "<math><mi><![CDATA[a]]></mi><annotation-xml><![CDATA[b]]></annotation-xml></math>",
        "<svg viewbox='0 0' xlink:href=a><foreignobject><p><![CDATA[a]]></svg>",
        "<svg><a href=x>y<p>z",
    ]);
}

#[test]
fn misnested_elements() {
    check(&[
        "<b>a<p>b</b>c</p>d",
        "<a>b<a>c<table><a>d</table>e",
        "<table>a<tr>b<td>c&amp;d</td>e</table>f",
        "<table><tr> \n <td>a</table>",
        "<ul><li>a<li>b<ul><li>c</ul></ul>",
        "<b><b><b><b>a</b></b><p>b",
        "<p>a<table><p>b</p>\0c</table>",
        "<frameset> a b <frame></frameset> c",
        "<html a=b><body c=d>x<html e=f><body g=h>",
        "<template><p>a</template><td>b",
        "<form><form>a</form>b</form>",
        "<image src=a><isindex>",
        "</p></b></body>a</html>b",
        "<select><option>a<option>b<p>c</select>",
        "<table><colgroup> a <col></table>",
    ]);
}

/// What pages are made of, where it is hard to read.
const PIECES: &str = "\
    a - -- ! > < </ /> = ' \" & ; # é ] in; x4 65 1 &amp &amp; &copy &not &# <? \
    <p> </p> <b|x=1> </b> <a|href=' <i </i| <div| </div> <br> <pre> <li> <ul> <h1> <form> <button> \
    <table> <tr> <td> </table> <select> <option> <template> </template> <frameset> \
    <!-- --> --!> <!- <!doctype |html public <![CDATA[ ]]> <svg> </svg> <math> \
    <script> </script <script <style> </style> <title> </title> <textarea> </textarea> \
    <noscript> </noscript> <plaintext> <meta|charset=x> \
    <html|z=3> <head> </head> <body|y=2> </body> </html>";

/// Whatever chance makes of such pieces reads the same.
#[test]
fn pages_made_by_chance() {
    let pieces: Vec<String> = PIECES.split(' ').map(|piece| piece.replace('|', " ")).collect();
    let blanks = [" ", "\n", "\r", "\0", "\u{feff}"].map(str::to_owned);
    let pieces = [&pieces[..], &blanks].concat();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for _ in 0..4_000 {
        let length = 1 + next(24);
        let page: String = (0..length).map(|_| pieces[next(pieces.len())].as_str()).collect();
        check(&[&page]);
    }
}
