
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
            [CompletionResult]::new('--bind', '--bind', [CompletionResultType]::ParameterName, 'Listen on this address of this computer only')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'The computer with this fingerprint needs no code; `onehop-cli identity` prints it there. If only one side names the other, both show a code, and the person at the other side compares it. May be given several times')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. Without either it is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('--once', '--once', [CompletionResultType]::ParameterName, 'Stop after the first transfer that was saved or broke off. Whoever connects and sends nothing is none, unless --empty is given')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Save without asking what classic programs and known computers send; unknown ones still have to show the right code, and names that begin with a dot are asked about all the same')
            [CompletionResult]::new('--merge', '--merge', [CompletionResultType]::ParameterName, 'Add a folder to the one of its name that is there; nothing in it is replaced. Without this only folders that the same computer has sent before are added to')
            [CompletionResult]::new('--empty', '--empty', [CompletionResultType]::ParameterName, 'Save an empty file when a classic program connects and leaves without a byte')
            [CompletionResult]::new('--any-address', '--any-address', [CompletionResultType]::ParameterName, 'Accept from the internet too. Without it only private, link-local and tailnet addresses and the networks of this computer are served')
            [CompletionResult]::new('--no-announce', '--no-announce', [CompletionResultType]::ParameterName, 'Do not tell the network that this computer receives; with --bind 127.0.0.1 nobody is told anyway')
            [CompletionResult]::new('--remember', '--remember', [CompletionResultType]::ParameterName, 'Remember the other computer, once its code was confirmed or --trust has named it')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'onehop-cli;send' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The receiver''s port; without it the one that a device found by name announces, else 9898')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for a classic receiver to confirm, once everything was sent')
            [CompletionResult]::new('--text', '--text', [CompletionResultType]::ParameterName, 'Send this text instead of files')
            [CompletionResult]::new('--trust', '--trust', [CompletionResultType]::ParameterName, 'The computer with this fingerprint needs no code; `onehop-cli identity` prints it there. If only one side names the other, both show a code, and the person at the other side compares it. May be given several times')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. Without either it is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('--classic', '--classic', [CompletionResultType]::ParameterName, 'A classic transfer, not encrypted and not verified, is fine if the receiver knows no better; HOST is then an address or a host name. Where a Onehop is known, or named by --trust, nothing is sent all the same')
            [CompletionResult]::new('--unencrypted-to-known-device', '--unencrypted-to-known-device', [CompletionResultType]::ParameterName, 'As --classic, also where a Onehop is known and somebody may stand in its place to read the file')
            [CompletionResult]::new('--remember', '--remember', [CompletionResultType]::ParameterName, 'Remember the other computer, once its code was confirmed or --trust has named it')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'onehop-cli;identity' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. Without either it is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'onehop-cli;devices' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. Without either it is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Forget a computer: next time it shows a code again')
            break
        }
        'onehop-cli;devices;forget' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. Without either it is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'onehop-cli;list' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The folder with this computer''s key and the computers it remembers; also set by the environment variable ONEHOP_CONFIG_DIR. Without either it is the window''s: ~/.config/onehop, or %APPDATA%\onehop on Windows')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON for programs')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'onehop-cli;check' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port to receive on')
            [CompletionResult]::new('--bind', '--bind', [CompletionResultType]::ParameterName, 'The only address of this computer that is listened on, if there is such a choice')
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
