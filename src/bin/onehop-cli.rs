//! `onehop-cli`, the terminal program. Everything it does is in [`onehop::terminal`].

use std::process::ExitCode;

fn main() -> ExitCode {
    onehop::terminal::run(std::env::args_os())
}
