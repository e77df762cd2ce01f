
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'onehop-cli' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'onehop-cli'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'onehop-cli' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('receive', 'receive', [CompletionResultType]::ParameterValue, 'Wait for files and save them')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Send files and folders, or a text')
            [CompletionResult]::new('identity', 'identity', [CompletionResultType]::ParameterValue, 'Print the fingerprint that other computers know this one by')
            [CompletionResult]::new('devices', 'devices', [CompletionResultType]::ParameterValue, 'List the computers that are remembered, or forget one')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the computers on this network that receive with Onehop')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find out whether other computers can reach this one')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'onehop-cli;receive' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port to listen on; 0 picks a free one')
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'The folder to save in')
            [CompletionResult]::new('--bind', '--bind', [CompletionResultType]::ParameterName, 'Listen only on this address of this computer')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'Trust the computer with this fingerprint without a code; `onehop-cli identity` prints it there. If only one side trusts the other, both show a code, and the person on the other side compares it. Can be given several times')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('--once', '--once', [CompletionResultType]::ParameterName, 'Stop after the first transfer that was saved or broken off. A connection that brings nothing does not count, unless --empty is given')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before saving what classic programs and known computers send. Unknown computers still have to show the right code, and names that begin with a dot are still asked about')
            [CompletionResult]::new('--merge', '--merge', [CompletionResultType]::ParameterName, 'Add a folder to an existing one of the same name; nothing in it is replaced. Without this, only folders that the same computer sent before are added to')
            [CompletionResult]::new('--empty', '--empty', [CompletionResultType]::ParameterName, 'Save an empty file when a classic program connects and leaves without sending a byte')
            [CompletionResult]::new('--any-address', '--any-address', [CompletionResultType]::ParameterName, 'Accept from the internet too. Without this, only private, link-local and tailnet addresses and the networks of this computer are served')
            [CompletionResult]::new('--no-announce', '--no-announce', [CompletionResultType]::ParameterName, 'Do not announce on the network that this computer receives; with --bind 127.0.0.1, nothing is announced anyway')
            [CompletionResult]::new('--remember', '--remember', [CompletionResultType]::ParameterName, 'Remember the other computer, once its code has been confirmed or --trust has named it')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'onehop-cli;send' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Send to this receiver, instead of to HOST. Can be given several times')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The receiver''s port. The default is the one that a computer found by name announces, otherwise 9898')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for a classic receiver to confirm, once everything has been sent')
            [CompletionResult]::new('--text', '--text', [CompletionResultType]::ParameterName, 'Send this text instead of files')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'Trust the computer with this fingerprint without a code; `onehop-cli identity` prints it there. If only one side trusts the other, both show a code, and the person on the other side compares it. Can be given several times')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('--retry', '--retry', [CompletionResultType]::ParameterName, 'Try again when the connection is lost or cannot be established: after 2, 5, 15 and 30 seconds, then as soon as the receiver is seen. Only for a computer that is remembered or that --trust names, and not if somebody there ended it, as by closing the receiver; what had arrived resumes. Ctrl-C stops it')
            [CompletionResult]::new('--when-there', '--when-there', [CompletionResultType]::ParameterName, 'Wait until the receiver is there: a remembered computer, or one given by its fingerprint, until it is seen nearby; an address until it answers')
            [CompletionResult]::new('--classic', '--classic', [CompletionResultType]::ParameterName, 'Allow a classic transfer, not encrypted and not verified, if the receiver supports nothing better; HOST is then an address or a host name. Nothing is sent where a Onehop is known, or named by --trust')
            [CompletionResult]::new('--unencrypted-to-known-device', '--unencrypted-to-known-device', [CompletionResultType]::ParameterName, 'Like --classic, but also where a Onehop is known and somebody may stand in its place to read the file')
            [CompletionResult]::new('--remember', '--remember', [CompletionResultType]::ParameterName, 'Remember the other computer, once its code has been confirmed or --trust has named it')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'onehop-cli;identity' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'onehop-cli;devices' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Forget a computer: next time it shows a code again')
            break
        }
        'onehop-cli;devices;forget' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'onehop-cli;list' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. The default is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'onehop-cli;check' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port to receive on')
            [CompletionResult]::new('--bind', '--bind', [CompletionResultType]::ParameterName, 'The one address of this computer to receive on, if you restrict it to one')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'onehop-cli;help' {
            [CompletionResult]::new('receive', 'receive', [CompletionResultType]::ParameterValue, 'Wait for files and save them')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Send files and folders, or a text')
            [CompletionResult]::new('identity', 'identity', [CompletionResultType]::ParameterValue, 'Print the fingerprint that other computers know this one by')
            [CompletionResult]::new('devices', 'devices', [CompletionResultType]::ParameterValue, 'List the computers that are remembered, or forget one')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the computers on this network that receive with Onehop')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find out whether other computers can reach this one')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'onehop-cli;help;receive' {
            break
        }
        'onehop-cli;help;send' {
            break
        }
        'onehop-cli;help;identity' {
            break
        }
        'onehop-cli;help;devices' {
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Forget a computer: next time it shows a code again')
            break
        }
        'onehop-cli;help;devices;forget' {
            break
        }
        'onehop-cli;help;list' {
            break
        }
        'onehop-cli;help;check' {
            break
        }
        'onehop-cli;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
