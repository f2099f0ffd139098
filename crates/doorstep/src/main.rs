//! The `doorstep` program. All of it is in the library, so that tests can reach it.

fn main() -> std::process::ExitCode {
    doorstep::main()
}
