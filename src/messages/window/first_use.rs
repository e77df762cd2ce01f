//! The one question of the first start.

/// What is asked.
pub const MAY_OTHERS_FIND_THIS_COMPUTER: &str =
    "May computers on this network find this one and offer it files?";
/// What a yes means.
pub const NOTHING_WITHOUT_A_YES: &str =
    "Nothing is saved until you accept it. You can stop at any time.";
/// From now on, whenever the window is open.
pub const YES: &str = "Yes, receive files";
/// Until the user presses Start.
pub const NOT_NOW: &str = "Not now";
