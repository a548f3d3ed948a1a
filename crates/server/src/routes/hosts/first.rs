//! What the widget's program will ask first, the session and the first banks, told to the script that runs before it.

use super::{Visit, given};
use crate::http::widget::Asked;
use connect_core::host::{parameters, token_parameters};
use connect_core::launch::{Launch, Page, PageData};
use url::form_urlencoded::Serializer;

/// `None`: nothing is asked, or not at once. The page around, where nobody names it, is known to the browser alone.
pub fn asked(visit: &Visit, data: PageData) -> Option<Asked> {
    let written = data.token.clone();
    let launch = launch(visit, data);
    launch.token.as_ref()?;
    // The script leaves out what is empty; the program does not.
    let whole = launch.filters.iter().all(|(_, value)| !value.is_empty());
    if launch.wrong_origin.is_some() || launch.handed_back || !whole {
        return None;
    }
    let parameter = token_parameters().find(|name| given(&visit.params, name).is_some());
    Some(Asked {
        parameter: parameter.filter(|_| written.is_none()),
        token: written,
        query: query(launch),
    })
}

/// The parameters of both, by the names that our own pages have them under.
fn query(launch: Launch) -> String {
    let mut query = Serializer::new(String::new());
    let errand = launch.resume.or(launch.follow);
    let origin = launch.origin.map(|origin| origin.to_string());
    for (name, value) in [
        ("origin", origin),
        ("lang", launch.lang),
        ("redirect_uri", launch.redirect_uri),
        ("provider", launch.provider),
        ("institution", launch.institution),
        ("resume", errand),
        (
            "search",
            Some(launch.search).filter(|text| !text.is_empty()),
        ),
    ] {
        query.extend_pairs(value.map(|value| (name, value)));
    }
    for (name, value) in launch.filters {
        let name = match name {
            "groups" => "provider_groups",
            name => name,
        };
        query.append_pair(name, &value);
    }
    query.finish()
}

/// How the page is opened, as far as its address and its data say.
fn launch(visit: &Visit, data: PageData) -> Launch {
    let given = |name: &str| Some((name.to_owned(), visit.params.find(name)?.to_owned()));
    Launch::new(Page {
        query: parameters().filter_map(given).collect(),
        path: visit.path.clone(),
        data: Some(data),
        ..Page::default()
    })
}
