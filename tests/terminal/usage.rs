//! Arguments that make no sense, and those that only ask.

use crate::cli::run;

#[test]
fn a_bad_port_is_a_usage_error_in_plain_words() {
    for port in ["98980", "-1", "abc", "65536"] {
        for arguments in [
            vec!["receive", "--port", port],
            vec!["send", "--port", port, "127.0.0.1", "sample.txt"],
        ] {
            run(&arguments)
                .with_code(2)
                .saying(&format!("“{port}” is not a port."))
                .saying("A port is a whole number from 1 to 65535");
        }
    }
}

#[test]
fn an_empty_port_is_a_usage_error_too() {
    run(&["receive", "--port", ""])
        .with_code(2)
        .saying("No port was given.");
}

#[test]
fn nobody_sends_to_port_0() {
    run(&["send", "--port", "0", "127.0.0.1", "sample.txt"])
        .with_code(2)
        .saying("“0” is not a port.");
}

#[test]
fn an_empty_address_is_a_usage_error() {
    run(&["send", " ", "sample.txt"])
        .with_code(2)
        .saying("No address was given.");
}

#[test]
fn without_an_address_the_user_is_told_what_to_enter() {
    run(&["send"])
        .with_code(2)
        .saying("No address was given.")
        .saying("it looks like 192.168.1.102")
        .saying("Usage: onehop-cli send");
}

#[test]
fn an_unknown_command_is_a_usage_error() {
    run(&["fetch"]).with_code(2).saying("Usage:");
    run(&[]).with_code(2).saying("Usage:");
}

#[test]
fn help_goes_to_stdout_and_is_no_error() {
    for arguments in [
        vec!["--help"],
        vec!["receive", "--help"],
        vec!["send", "--help"],
    ] {
        let help = run(&arguments).with_code(0);
        assert!(help.stdout.contains("Usage: onehop-cli"), "{help:#?}");
        assert_eq!(help.stderr, "");
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = run(&["--version"]).with_code(0);
    let expected = format!("onehop-cli {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(version.stdout, expected);
}

#[test]
fn a_port_behind_the_address_may_not_contradict_the_one_on_its_own() {
    for host in ["127.0.0.1:9000", "[::1]:9000", "http://127.0.0.1:9000/"] {
        run(&["send", "--port", "9898", host, "sample.txt"])
            .with_code(2)
            .saying("Two ports were given: 9000 with the address, and 9898.");
    }
    run(&["send", "127.0.0.1:98980", "sample.txt"])
        .with_code(2)
        .saying("“98980” is not a port.");
}

#[test]
fn an_address_of_many_computers_cannot_be_listened_on() {
    for address in ["224.0.0.1", "255.255.255.255", "ff02::1"] {
        for command in ["receive", "check"] {
            run(&[command, "--port", "9898", "--bind", address])
                .with_code(2)
                .saying(&format!("{address} stands for many computers"));
        }
    }
}
