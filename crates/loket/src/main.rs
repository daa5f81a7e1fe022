//! Starts the command line.

fn main() -> std::process::ExitCode {
    loket::cli::main()
}
