//! Small building blocks, one in each file: they know tokens and egui, and nothing of transfers.

mod badge;
mod button;
mod card;
mod copy_button;
mod dialog;
mod drop_zone;
mod field;
mod fold;
mod logo;
mod notice;
mod page;
mod progress_bar;
mod quotation;
mod row;
mod segmented;
mod status_line;
mod switch;
mod text;

pub(super) use badge::badge_ui;
pub(super) use button::{Emphasis, button, chip, small_button};
pub(super) use card::{Tone, card_ui, divider_ui};
pub(super) use copy_button::copy_button_ui;
pub(super) use dialog::dialog_ui;
pub(super) use drop_zone::drop_zone_ui;
pub(super) use field::{field_row_ui, is_narrow, text_field};
pub(super) use fold::fold_ui;
pub(super) use logo::logo_ui;
pub(super) use notice::{notice_box_ui, notice_card_ui, notice_details_ui};
pub(super) use page::page_ui;
pub(super) use progress_bar::{Fill, progress_bar_ui};
pub(super) use quotation::quotation_ui;
pub(super) use row::{text_row_ui, trailing_line_ui, trailing_row_ui};
pub(super) use segmented::segmented_ui;
pub(super) use status_line::{headline_ui, inline_headline_ui, status_line_ui};
pub(super) use switch::switch_row_ui;
pub(super) use text::{heading, muted, small_muted, title};
