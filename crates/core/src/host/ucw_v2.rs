//! The second version of the Universal Connect Widget: as the first, with other names for a connection and a URL without parameters.

use super::ucw::{self, Names};
use super::{Incoming, Protocol, Told};
use crate::flow::Report;
use crate::json::Json;
use crate::launch::{Launch, Page};

pub(super) struct UcwV2;

impl Protocol for UcwV2 {
    const PARAMETERS: &[&str] = &[];
    const TOKEN: Option<&str> = Some("token");
    const HEARS_TEXT: bool = true;

    fn opens(page: &Page) -> bool {
        page.is_no_folder() && page.route() == ucw::ROUTE && page.text("jobTypes").is_none()
    }

    fn launch(page: &Page, launch: &mut Launch) {
        launch.take_framing_origin(page);
        launch.frame.close = launch.is_alone();
        launch.frame.inline = true;
    }

    fn hear<J: Json>(json: &J) -> Vec<Incoming> {
        ucw::hear(json)
    }

    fn say(told: &Told, report: &Report) -> Vec<String> {
        ucw::say(told, report, Names::Second)
    }
}
