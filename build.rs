//! Gives the Windows programs their icon, version and manifest. Elsewhere there is nothing to do.

use std::error::Error;
use std::{env, fs};

use winresource::WindowsResource;

const ICON: &str = "assets/windows/onehop.ico";
const MANIFEST: &str = "assets/windows/onehop.manifest";
/// Stands in the manifest where the version of the package belongs.
const NO_VERSION: &str = "0.0.0.0";

fn main() -> Result<(), Box<dyn Error>> {
    for path in ["build.rs", ICON, MANIFEST] {
        println!("cargo::rerun-if-changed={path}");
    }
    // The system that is built for, not the one that builds.
    if env::var("CARGO_CFG_TARGET_OS")? == "windows" {
        add_resources("onehop", "Onehop")?;
        add_resources("onehop-cli", "Onehop in the terminal")?;
    }
    Ok(())
}

fn add_resources(program: &str, description: &str) -> Result<(), Box<dyn Error>> {
    let version = format!("{}.0", env::var("CARGO_PKG_VERSION")?);
    let manifest = fs::read_to_string(MANIFEST)?;
    WindowsResource::new()
        .set("ProductName", "Onehop")
        .set("FileDescription", description)
        .set("OriginalFilename", &format!("{program}.exe"))
        .set("LegalCopyright", "MIT OR Apache-2.0")
        .set_icon(ICON)
        .set_manifest(&manifest.replace(NO_VERSION, &version))
        .compile_for(program)?;
    Ok(())
}
