//! Runs the command; turns its end into an exit code.

use std::process::ExitCode;

use tearsheet::cli::End;

fn main() -> ExitCode {
    let invocation = match tearsheet::cli::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(code) => return code,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(tearsheet::limits::WORKER_STACK_BYTES)
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return tearsheet::cli::fail(&error.into()),
    };
    let ended = runtime.block_on(tearsheet::cli::run(invocation));
    // A page that is still being read, or a name still being looked up, must not
    // hold up the end: whatever counts is committed.
    match ended {
        // But files that are being written are finished or removed.
        Ok(End::Stopped(_)) => runtime.shutdown_timeout(tearsheet::limits::STOP_TIME_MAX),
        _ => runtime.shutdown_background(),
    }
    match ended {
        Ok(end) => end.into(),
        Err(error) => tearsheet::cli::fail(&error),
    }
}
