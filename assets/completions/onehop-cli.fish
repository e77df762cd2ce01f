# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_onehop_cli_global_optspecs
    string join \n h/help V/version
end

function __fish_onehop_cli_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_onehop_cli_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_onehop_cli_using_subcommand
    set -l cmd (__fish_onehop_cli_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c onehop-cli -n "__fish_onehop_cli_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c onehop-cli -n "__fish_onehop_cli_needs_command" -s V -l version -d 'Print version'
complete -c onehop-cli -n "__fish_onehop_cli_needs_command" -f -a "receive" -d 'Wait for files and save them'
complete -c onehop-cli -n "__fish_onehop_cli_needs_command" -f -a "send" -d 'Send files and folders, or a text'
complete -c onehop-cli -n "__fish_onehop_cli_needs_command" -f -a "identity" -d 'Print the fingerprint that other computers know this one by'
complete -c onehop-cli -n "__fish_onehop_cli_needs_command" -f -a "devices" -d 'List the computers that are remembered, or forget one'
complete -c onehop-cli -n "__fish_onehop_cli_needs_command" -f -a "list" -d 'List the computers on this network that receive with Onehop'
complete -c onehop-cli -n "__fish_onehop_cli_needs_command" -f -a "check" -d 'Find out whether other computers can reach this one'
complete -c onehop-cli -n "__fish_onehop_cli_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l port -d 'The port to listen on; 0 picks a free one' -r
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l dir -d 'The folder to save in' -r -F
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l bind -d 'Listen only on this address of this computer' -r
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l trust -d 'Trust the computer with this fingerprint without a code; `onehop-cli identity` prints it there. If only one side trusts the other, both show a code, and the person on the other side compares it. Can be given several times' -r
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l config -d 'The folder with this computer\'s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window\'s: ~/.config/onehop, or %APPDATA%\\onehop on Windows' -r -F
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l once -d 'Stop after the first transfer that was saved or broken off. A connection that brings nothing does not count, unless --empty is given'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l yes -d 'Do not ask before saving what classic programs and known computers send. Unknown computers still have to show the right code, and names that begin with a dot are still asked about'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l merge -d 'Add a folder to an existing one of the same name; nothing in it is replaced. Without this, only folders that the same computer sent before are added to'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l empty -d 'Save an empty file when a classic program connects and leaves without sending a byte'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l any-address -d 'Accept from the internet too. Without this, only private, link-local and tailnet addresses and the networks of this computer are served'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l no-announce -d 'Do not announce on the network that this computer receives; with --bind 127.0.0.1, nothing is announced anyway'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -l remember -d 'Remember the other computer, once its code has been confirmed or --trust has named it'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand receive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l to -d 'Send to this receiver, instead of to HOST. Can be given several times' -r
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l port -d 'The receiver\'s port. The default is the one that a computer found by name announces, otherwise 9898' -r
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l wait -d 'How long to wait for a classic receiver to confirm, once everything has been sent' -r
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l text -d 'Send this text instead of files' -r
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l trust -d 'Trust the computer with this fingerprint without a code; `onehop-cli identity` prints it there. If only one side trusts the other, both show a code, and the person on the other side compares it. Can be given several times' -r
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l config -d 'The folder with this computer\'s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window\'s: ~/.config/onehop, or %APPDATA%\\onehop on Windows' -r -F
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l retry -d 'Try again when the connection is lost or cannot be established: after 2, 5, 15 and 30 seconds, then as soon as the receiver is seen. Only for a computer that is remembered or that --trust names, and not if somebody there ended it, as by closing the receiver; what had arrived resumes. Ctrl-C stops it'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l when-there -d 'Wait until the receiver is there: a remembered computer, or one given by its fingerprint, until it is seen nearby; an address until it answers'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l classic -d 'Allow a classic transfer, not encrypted and not verified, if the receiver supports nothing better; HOST is then an address or a host name. Nothing is sent where a Onehop is known, or named by --trust'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l unencrypted-to-known-device -d 'Like --classic, but also where a Onehop is known and somebody may stand in its place to read the file'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -l remember -d 'Remember the other computer, once its code has been confirmed or --trust has named it'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand identity" -l config -d 'The folder with this computer\'s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window\'s: ~/.config/onehop, or %APPDATA%\\onehop on Windows' -r -F
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand identity" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand devices; and not __fish_seen_subcommand_from forget" -l config -d 'The folder with this computer\'s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window\'s: ~/.config/onehop, or %APPDATA%\\onehop on Windows' -r -F
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand devices; and not __fish_seen_subcommand_from forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand devices; and not __fish_seen_subcommand_from forget" -f -a "forget" -d 'Forget a computer: next time it shows a code again'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand devices; and __fish_seen_subcommand_from forget" -l config -d 'The folder with this computer\'s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window\'s: ~/.config/onehop, or %APPDATA%\\onehop on Windows' -r -F
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand devices; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand list" -l config -d 'The folder with this computer\'s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window\'s: ~/.config/onehop, or %APPDATA%\\onehop on Windows' -r -F
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand list" -l json -d 'Print JSON for programs'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand check" -l port -d 'The port to receive on' -r
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand check" -l bind -d 'The one address of this computer to receive on, if you restrict it to one' -r
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand help; and not __fish_seen_subcommand_from receive send identity devices list check help" -f -a "receive" -d 'Wait for files and save them'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand help; and not __fish_seen_subcommand_from receive send identity devices list check help" -f -a "send" -d 'Send files and folders, or a text'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand help; and not __fish_seen_subcommand_from receive send identity devices list check help" -f -a "identity" -d 'Print the fingerprint that other computers know this one by'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand help; and not __fish_seen_subcommand_from receive send identity devices list check help" -f -a "devices" -d 'List the computers that are remembered, or forget one'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand help; and not __fish_seen_subcommand_from receive send identity devices list check help" -f -a "list" -d 'List the computers on this network that receive with Onehop'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand help; and not __fish_seen_subcommand_from receive send identity devices list check help" -f -a "check" -d 'Find out whether other computers can reach this one'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand help; and not __fish_seen_subcommand_from receive send identity devices list check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c onehop-cli -n "__fish_onehop_cli_using_subcommand help; and __fish_seen_subcommand_from devices" -f -a "forget" -d 'Forget a computer: next time it shows a code again'
