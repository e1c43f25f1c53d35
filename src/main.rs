//! The page: everything a person sees. Reading and analysis are the worker's.

#![expect(
    unreachable_pub,
    reason = "the component macro writes `pub` where nothing outside can reach"
)]

mod app;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
