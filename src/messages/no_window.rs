//! What to say where the window cannot be opened.

use super::UserMessage;

/// For the terminal that the window was started from, if it was; nothing else may be there.
pub const NO_WINDOW: &str = "\
    Onehop cannot open a window here: there is no display, or it cannot be used.\n\
    In a terminal, use onehop-cli instead: it sends and receives the same way.\n\
    RUST_LOG=info tells more.\n";

/// For a desktop that shows other windows. `why` are the system's words.
#[must_use]
pub fn no_window(why: String) -> UserMessage {
    let advice = if cfg!(windows) {
        "It needs OpenGL 2 or Direct3D 12. Install the driver of the graphics card; in a virtual \
         machine, install its guest tools or enable 3D graphics for it."
    } else {
        "It needs OpenGL 2. Install the distribution's drivers for it, which Debian and Ubuntu call \
         libgl1-mesa-dri; in a virtual machine, enable 3D graphics for it."
    };
    UserMessage {
        headline: "Onehop cannot open its window on this computer.".to_owned(),
        advice: format!(
            "{advice} Until then use onehop-cli in a terminal: it sends and receives the same way."
        ),
        details: Some(why),
    }
}
