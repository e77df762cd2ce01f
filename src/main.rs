//! The window's entry: arguments, logging, window options.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::cell::RefCell;
use std::io::Write as _;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use eframe::Renderer;
use eframe::egui::{IconData, ViewportBuilder};
use log::LevelFilter;
use onehop::app::{self, App, Start, SystemTheme};
use onehop::desktop::{APP_ID, message_box};
use onehop::instance::{self, Entry};
use onehop::messages::{NO_WINDOW, no_window};

/// What draws the window: the first that can. OpenGL starts faster and is smaller, but Windows
/// itself has only its version 1, which is not enough: in virtual machines and on remote desktops
/// there may be no other. Direct3D 12 is there even without a graphics card.
#[cfg(not(windows))]
const RENDERERS: [Renderer; 1] = [Renderer::Glow];
#[cfg(windows)]
const RENDERERS: [Renderer; 2] = [Renderer::Glow, Renderer::Wgpu];
/// The size of the window at the first start, in points.
const USUAL: [f32; 2] = [720.0, 640.0];
/// Below this it would hide something.
const SMALLEST: [f32; 2] = [360.0, 420.0];
const ICON_PNG: &[u8] = include_bytes!("../assets/icon/onehop-256.png");

/// Send files straight from one computer to another.
#[derive(Debug, Parser)]
#[command(
    name = "onehop",
    version,
    after_help = "Settings are kept in the system's folder for settings, or in the folder that \
                  ONEHOP_CONFIG_DIR names; with each, one window runs, and starting Onehop again \
                  brings it up. RUST_LOG sets what is logged. In a terminal, or where \
                  there is no display, use onehop-cli."
)]
struct Arguments {
    /// Files and folders to send: the window starts in Send mode with them
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_logging();
    onehop::disk::outlive_file_size_limit();
    let files: Vec<PathBuf> = arguments.files.into_iter().map(absolute).collect();
    let settings_folder = onehop::config::folder(None);
    let instance = match instance::enter(settings_folder.as_deref(), &files) {
        Entry::First(instance) => Some(instance),
        Entry::Alone => None,
        Entry::HandedOver => return ExitCode::SUCCESS,
    };
    let start = Start {
        files,
        settings_folder,
        system_theme: Some(SystemTheme::follow()),
        discovery: true,
        drops_are_lost: false,
        instance,
    };
    let size = window_size(start.settings_folder.as_deref());
    let start = RefCell::new(Some(start));
    let mut failures = Vec::new();
    for renderer in RENDERERS {
        match run(renderer, size, &start) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(failure) => {
                log::info!("{renderer}: {failure}");
                failures.push(failure);
            }
        }
    }
    tell_why(&failures.join("\n"));
    ExitCode::FAILURE
}

/// Opens the window, which takes `start`, and runs until it is closed. What fails before that may
/// panic too: some graphics drivers do.
fn run(renderer: Renderer, size: [f32; 2], start: &RefCell<Option<Start>>) -> Result<(), String> {
    let run = || {
        eframe::run_native(
            "Onehop",
            options(renderer, size),
            Box::new(|cc| {
                let start = start.take().ok_or("the window broke down")?;
                let drops_are_lost = is_wayland(cc);
                let start = Start {
                    drops_are_lost,
                    ..start
                };
                Ok(Box::new(App::new(cc, start)))
            }),
        )
    };
    match panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(run) => run.map_err(|error| error.to_string()),
        Err(_) if start.borrow().is_some() => Err("the graphics driver panicked".to_owned()),
        Err(bug) => panic::resume_unwind(bug),
    }
}

/// As it was when the window was closed the last time.
fn window_size(settings_folder: Option<&Path>) -> [f32; 2] {
    let [width, height] = SMALLEST;
    app::window_size(settings_folder).map_or(USUAL, |size| {
        let [w, h] = size.map(f32::from);
        [w.max(width), h.max(height)]
    })
}

/// A file manager may give a path that depends on the folder it started us in.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

fn start_logging() {
    env_logger::Builder::new()
        .filter_level(LevelFilter::Warn)
        .filter_module("zbus", LevelFilter::Warn)
        .filter_module("tracing", LevelFilter::Warn)
        .filter_module("accesskit_unix", LevelFilter::Warn)
        .parse_default_env()
        .init();
}

fn options(renderer: Renderer, size: [f32; 2]) -> eframe::NativeOptions {
    let mut viewport = ViewportBuilder::default()
        .with_title("Onehop")
        .with_app_id(APP_ID)
        .with_inner_size(size)
        .with_min_inner_size(SMALLEST)
        .with_drag_and_drop(true);
    match eframe::icon_data::from_png_bytes(ICON_PNG) {
        Ok(icon) => viewport = viewport.with_icon(icon),
        Err(error) => {
            log::warn!("the icon cannot be read: {error}");
            viewport = viewport.with_icon(IconData::default());
        }
    }
    eframe::NativeOptions {
        viewport,
        renderer,
        ..eframe::NativeOptions::default()
    }
}

/// Whether the window is Wayland's. There winit, as of 0.30, passes on no files that are dropped.
#[cfg(target_os = "linux")]
fn is_wayland(cc: &eframe::CreationContext<'_>) -> bool {
    use winit::raw_window_handle::{HasDisplayHandle as _, RawDisplayHandle};
    let display = cc.display_handle();
    display.is_ok_and(|display| matches!(display.as_raw(), RawDisplayHandle::Wayland(_)))
}

#[cfg(not(target_os = "linux"))]
fn is_wayland(_: &eframe::CreationContext<'_>) -> bool {
    false
}

/// On the terminal, if there is one, and in a message where there is a desktop.
fn tell_why(why: &str) {
    std::io::stderr().write_all(NO_WINDOW.as_bytes()).ok();
    let notice = no_window(why.to_owned());
    let details = notice.details.unwrap_or_default();
    let text = format!("{}\n\n{}\n\n{details}", notice.headline, notice.advice);
    message_box("Onehop", &text);
}
