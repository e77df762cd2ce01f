//! One-liners for a computer that has no Onehop: whole programs for what is there already, to be
//! copied as they are. They speak the classic protocol, so what they carry is neither encrypted nor
//! verified, and they take files of any size.

use std::net::IpAddr;

/// Stands for the file to send; whoever copies the command puts the file's name there.
pub const FILE: &str = "FILE";
/// What a receiving one-liner saves as. One that exists already is never replaced by Python and
/// PowerShell; nc would replace it.
pub const RECEIVED: &str = "recv.txt";

/// A command for the other computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// Where it works: "With Python 3, on any system:".
    pub when: &'static str,
    /// What runs it.
    pub interpreter: Interpreter,
    /// The command, on one line.
    pub command: String,
}

/// What runs a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpreter {
    /// Python 3, called from any shell.
    Python,
    /// OpenBSD's netcat, which Debian, Ubuntu, Fedora and macOS have.
    Netcat,
    /// PowerShell 5 or later.
    PowerShell,
}

const PYTHON: &str = "With Python 3, on any system (on Windows it may be called py):";
const NETCAT: &str = "With netcat (nc), on Linux:";
const POWERSHELL: &str = "With PowerShell, on Windows:";

/// Shows that computer's address, on Linux.
pub const ADDRESS_ON_LINUX: &str = "hostname -I";
/// Shows that computer's address, on Windows.
pub const ADDRESS_ON_WINDOWS: &str = "ipconfig";

/// Calls the tutorial's program for sending, which knows only the usual port.
#[must_use]
pub fn tutorial_client(ip: IpAddr) -> String {
    format!("python3 client.py {ip}")
}

/// For sending a file from there to this computer. Each ends when this computer has saved it, and
/// fails if it did not.
#[must_use]
pub fn sending_here(ip: Option<IpAddr>, port: u16) -> Vec<Recipe> {
    let ip = ip.map_or_else(|| "ADDRESS".to_owned(), |ip| ip.to_string());
    vec![
        Recipe {
            when: PYTHON,
            interpreter: Interpreter::Python,
            // No shell finds anything to replace in it, be it sh, cmd or PowerShell.
            command: format!(
                "python3 -c \"import socket; s=socket.create_connection(('{ip}',{port})); \
                 s.sendfile(open(r'{FILE}','rb')); s.shutdown(1); \
                 [0 for _ in iter(lambda: s.recv(4096), b'')]; print('delivered')\""
            ),
        },
        Recipe {
            when: NETCAT,
            interpreter: Interpreter::Netcat,
            command: format!("nc -N {ip} {port} < '{FILE}'"),
        },
        Recipe {
            when: POWERSHELL,
            interpreter: Interpreter::PowerShell,
            command: format!(
                "& {{ $ErrorActionPreference='Stop'; \
                 $f=[IO.File]::OpenRead((Convert-Path -LiteralPath '{FILE}')); \
                 $c=New-Object Net.Sockets.TcpClient('{ip}',{port}); \
                 try {{ $s=$c.GetStream(); $f.CopyTo($s); $c.Client.Shutdown('Send'); \
                 $s.CopyTo([IO.Stream]::Null); 'delivered' }} \
                 finally {{ $c.Close(); $f.Close() }} }}"
            ),
        },
    ]
}

/// For receiving there one file that this computer sends. Each listens on the port, saves in the
/// folder it is started in, and ends.
#[must_use]
pub fn receiving_there(port: u16) -> Vec<Recipe> {
    vec![
        Recipe {
            when: PYTHON,
            interpreter: Interpreter::Python,
            command: format!(
                "python3 -c \"import shutil,socket; f=open('{RECEIVED}','xb'); \
                 c=socket.create_server(('',{port})).accept()[0]; \
                 shutil.copyfileobj(c.makefile('rb'),f); f.close(); c.close(); print('saved')\""
            ),
        },
        Recipe {
            when: NETCAT,
            interpreter: Interpreter::Netcat,
            command: format!("nc -l {port} < /dev/null > {RECEIVED}"),
        },
        Recipe {
            when: POWERSHELL,
            interpreter: Interpreter::PowerShell,
            command: format!(
                "& {{ $ErrorActionPreference='Stop'; \
                 $f=[IO.File]::Open((Join-Path $PWD.ProviderPath '{RECEIVED}'),'CreateNew'); \
                 $l=[Net.Sockets.TcpListener]{port}; \
                 try {{ $l.Start(); $c=$l.AcceptTcpClient(); $c.GetStream().CopyTo($f); \
                 $f.Close(); $c.Close(); 'saved' }} \
                 finally {{ $f.Close(); $l.Stop() }} }}"
            ),
        },
    ]
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn address_and_port_are_filled_in() {
        let ip = Some("192.168.1.102".parse().unwrap());
        for recipe in sending_here(ip, 9000) {
            assert!(recipe.command.contains("192.168.1.102"), "{recipe:?}");
            assert!(recipe.command.contains("9000") && recipe.command.contains(FILE));
        }
        for recipe in receiving_there(9000) {
            assert!(recipe.command.contains("9000") && recipe.command.contains(RECEIVED));
        }
    }

    #[test]
    fn python_gets_its_program_through_every_shell() {
        let all = [sending_here(None, 1), receiving_there(1)].concat();
        for recipe in all {
            assert!(!recipe.command.contains('\n'));
            if recipe.interpreter == Interpreter::Python {
                let program = recipe.command.split('"').nth(1).unwrap();
                assert!(!program.contains(['$', '`', '%', '!', '\\']), "{program}");
                assert_eq!(recipe.command.matches('"').count(), 2);
            }
        }
    }
}
