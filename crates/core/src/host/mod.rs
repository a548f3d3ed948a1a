//! What hosts say and hear, one file a system. Sees reports, never states.

mod message;
mod opening;
mod redirect;

use crate::Secret;
use crate::api::Session;
use crate::flow::{Bank, Failure, Made, Place, Report, Screen};
use crate::json::Json;
use crate::launch::{Embedding, Launch, Look, PARAMETERS, Page};

pub use crate::launch::System;

/// A further system is a file with a `Protocol` of its own, a line here and a line in `launch/system.rs`.
macro_rules! systems {
    ($($system:ident = $file:ident;)+) => {
        $(mod $file;)+

        impl System {
            /// The names of its own query parameters.
            pub fn parameters(self) -> &'static [&'static str] {
                match self {
                    $(System::$system => $file::$system::PARAMETERS,)+
                }
            }

            fn token(self) -> Option<&'static str> {
                match self {
                    $(System::$system => $file::$system::TOKEN,)+
                }
            }

            fn opens(self, page: &Page) -> bool {
                match self {
                    $(System::$system => $file::$system::opens(page),)+
                }
            }

            fn read(self, page: &Page, launch: &mut Launch) {
                match self {
                    $(System::$system => $file::$system::launch(page, launch),)+
                }
            }

            fn greet(self) -> Option<String> {
                match self {
                    $(System::$system => $file::$system::greet(),)+
                }
            }

            fn ask_for_token(self) -> Option<String> {
                match self {
                    $(System::$system => $file::$system::ask_for_token(),)+
                }
            }

            fn say(self, told: &Told, report: &Report) -> Vec<String> {
                match self {
                    $(System::$system => $file::$system::say(told, report),)+
                }
            }

            fn address(self, launch: &Launch, report: &Report) -> Option<Outgoing> {
                match self {
                    $(System::$system => $file::$system::address(launch, report),)+
                }
            }

            fn hear<J: Json>(self, json: &J) -> Vec<Incoming> {
                match self {
                    $(System::$system => $file::$system::hear(json),)+
                }
            }

            fn hears_text(self) -> bool {
                match self {
                    $(System::$system => $file::$system::HEARS_TEXT,)+
                }
            }

            fn posts_text(self, launch: &Launch) -> bool {
                match self {
                    $(System::$system => $file::$system::posts_text(launch),)+
                }
            }
        }
    };
}

systems! {
    Wealthica = wealthica;
    MoneyKit = moneykit;
    Flinks = flinks;
    Meld = meld;
    UcwV2 = ucw_v2;
    Ucw = ucw;
    Native = native;
}

/// How one system opens the widget, what it says and what it hears.
trait Protocol {
    /// The names of its query parameters beside the widget's own.
    const PARAMETERS: &[&str] = &[];
    /// The query parameter that carries a user token.
    const TOKEN: Option<&str> = None;

    /// Pages without a server that says so: whether this address is the system's.
    fn opens(page: &Page) -> bool;

    /// Reads how the page was opened.
    fn launch(page: &Page, launch: &mut Launch);

    /// Said as soon as the widget runs, to a page that nobody has vouched for.
    fn greet() -> Option<String> {
        None
    }

    fn ask_for_token() -> Option<String> {
        None
    }

    /// What a report is in the system's words.
    fn say(told: &Told, report: &Report) -> Vec<String>;

    /// Where a window goes with the last report.
    fn address(launch: &Launch, report: &Report) -> Option<Outgoing> {
        redirect::registered(launch)?;
        redirect::address(launch, report).map(Outgoing::Go)
    }

    fn hear<J: Json>(_: &J) -> Vec<Incoming> {
        Vec::new()
    }

    /// Messages may come as JSON text as well.
    const HEARS_TEXT: bool = false;

    /// Messages are posted as JSON text instead of objects.
    fn posts_text(_: &Launch) -> bool {
        false
    }
}

/// The names of all parameters of all systems.
pub fn parameters() -> impl Iterator<Item = &'static str> {
    let systems = System::ALL.iter().flat_map(|system| system.parameters());
    PARAMETERS.iter().chain(systems).copied()
}

/// The names of those that are secret: neither the address bar, nor the history, nor a reload keeps them.
pub fn token_parameters() -> impl Iterator<Item = &'static str> {
    let systems = System::ALL.iter().filter_map(|system| system.token());
    systems.chain(["token"])
}

/// What is sent to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// A message, as JSON, to be posted as an object with the host's exact origin.
    Post(String),
    /// One that is to be posted as the text that it is.
    PostText(String),
    /// The widget's window goes to this address.
    Go(String),
    /// The top window does.
    GoTop(String),
}

impl Outgoing {
    fn is_message(&self) -> bool {
        matches!(self, Outgoing::Post(_) | Outgoing::PostText(_))
    }
}

/// What a host said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// The first one.
    Token(Secret),
    /// In place of the one before, for a session that goes on.
    NewToken(Secret),
    Look(Look),
    Lang(String),
    /// One step back.
    Back,
    /// The page's window came back from the bank's own site; the nonce names the login.
    Returned(String),
}

/// When something is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds of a clock that only ever goes forward.
    pub millis: u64,
    /// The time of day (RFC 3339, UTC).
    pub date: String,
}

/// Words a session's reports for its host. Remembers what it has said as far as a system's words depend on it.
#[derive(Debug, Default)]
pub struct Speaker {
    /// The screens that the host was told of, with when they came; the last one is shown.
    screens: Vec<(Screen, u64)>,
    /// The bank that the user is at.
    bank: Option<Bank>,
    /// What went wrong last, as long as nothing has gone well since.
    trouble: Trouble,
}

/// Of a failure, what a system's words depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Trouble {
    #[default]
    None,
    /// The bank has refused the login.
    Refused,
    /// At the bank's own site.
    OAuth,
    Other,
}

/// What a report is told with.
struct Told<'a> {
    launch: &'a Launch,
    session: &'a Session,
    now: &'a Now,
    screens: &'a [(Screen, u64)],
    bank: Option<&'a Bank>,
    trouble: Trouble,
}

impl Told<'_> {
    /// The screen that the host was told of last.
    fn screen(&self) -> Option<Screen> {
        self.screens.last().map(|(screen, _)| *screen)
    }

    /// The widget was opened for a connection that there is already.
    fn is_relink(&self) -> bool {
        self.launch.institution.is_some()
    }
}

impl Speaker {
    /// What a report is in the words of the host's system.
    pub fn word(
        &mut self,
        launch: &Launch,
        session: &Session,
        report: &Report,
        now: &Now,
    ) -> Vec<Outgoing> {
        self.follow(report);
        let mut outgoing = Vec::new();
        if launch.has_host() {
            let told = Told {
                launch,
                session,
                now,
                screens: &self.screens,
                bank: self.bank.as_ref(),
                trouble: self.trouble,
            };
            for message in launch.system.say(&told, report) {
                outgoing.push(launch.post(message));
            }
        }
        outgoing.extend(launch.system.address(launch, report));
        if let Report::ScreenShown(screen) = report {
            self.screens.push((*screen, now.millis));
            if *screen == Screen::Search {
                self.trouble = Trouble::None;
            }
        }
        outgoing
    }

    /// What the host is told should the widget fail once the connection stands: that it does.
    pub fn last_words(
        &mut self,
        launch: &Launch,
        session: &Session,
        made: &Made,
        now: &Now,
    ) -> Vec<Outgoing> {
        let succeeded = Report::Succeeded(made.clone());
        let mut words = self.word(launch, session, &succeeded, now);
        words.retain(Outgoing::is_message);
        words
    }

    /// Where the user is now.
    fn follow(&mut self, report: &Report) {
        match report {
            Report::ScreenShown(Screen::Search) => self.bank = None,
            Report::InstitutionSelected(bank)
            | Report::CredentialsSubmitted { bank, .. }
            | Report::OAuthOpened { bank, .. } => self.bank = Some(bank.clone()),
            Report::Syncing { bank, .. } | Report::QuestionAsked { bank, .. } => {
                self.trouble = Trouble::None;
                self.bank = Some(bank.clone());
            }
            Report::Failed { failure, place } => {
                self.trouble = match failure {
                    Failure::InvalidCredentials => Trouble::Refused,
                    failure if failure.is_oauth() => Trouble::OAuth,
                    _ => Trouble::Other,
                };
                if place.bank.is_some() {
                    self.bank.clone_from(&place.bank);
                }
            }
            Report::Connected(made) => {
                self.trouble = Trouble::None;
                self.bank = Some(made.bank.clone());
            }
            _ => {}
        }
    }
}

/// What happened, in a word: the name of the native protocol's events, which Wealthica's and Meld's share.
/// `None`: what those systems have no event for.
fn event_name(report: &Report) -> Option<&'static str> {
    Some(match report {
        Report::Opened => "opened",
        Report::ScreenShown(_) => "screen_shown",
        Report::ConsentGiven => "consent_given",
        Report::InstitutionSelected(_) => "institution_selected",
        Report::CredentialsSubmitted { .. } => "credentials_submitted",
        Report::OAuthOpened { .. } => "oauth_opened",
        Report::OAuthBlocked(_) => "oauth_blocked",
        Report::OAuthReturned(_) => "oauth_returned",
        Report::QuestionAsked { .. } => "question_asked",
        Report::AnswerSubmitted { .. } => "answer_submitted",
        Report::AccountsSelected { .. } => "accounts_selected",
        Report::Connected(_) => "connected",
        Report::Failed { .. } => "failed",
        Report::TokenRefused
        | Report::Searched(_)
        | Report::WarningAccepted(_)
        | Report::WarningDismissed(_)
        | Report::LinkOpened { .. }
        | Report::OAuthHandedBack
        | Report::Syncing { .. }
        | Report::AccountsAsked { .. }
        | Report::WentOffline
        | Report::CameOnline
        | Report::WentBack(_)
        | Report::Succeeded(_)
        | Report::Errored { .. }
        | Report::Left { .. } => return None,
    })
}

/// What a host is told, by whoever still can, when the widget itself has failed.
pub fn last_words(launch: &Launch) -> Vec<Outgoing> {
    let place = Place::default;
    let failure = Failure::Internal;
    let failed = Report::Failed {
        failure: failure.clone(),
        place: place(),
    };
    let errored = Report::Errored {
        failure,
        place: place(),
    };
    let (mut speaker, session, now) = (Speaker::default(), Session::default(), Now::default());
    let mut words = Vec::new();
    for report in [failed, errored] {
        for outgoing in speaker.word(launch, &session, &report, &now) {
            if outgoing.is_message() {
                words.push(outgoing);
            }
        }
    }
    words
}

/// What is said as soon as the widget runs, where the host's system has words for it.
pub fn greet(launch: &Launch) -> Option<Outgoing> {
    let message = launch.system.greet().filter(|_| launch.has_host());
    message.map(|message| launch.post(message))
}

/// Where the app waits that this report ends at, if it is at a scheme of its own: a browser may refuse to go there
/// until the user asks for it.
pub fn way_to_app(launch: &Launch, report: &Report) -> Option<String> {
    match launch.system.address(launch, report)? {
        Outgoing::Go(address) | Outgoing::GoTop(address) => {
            Some(address).filter(|address| !address.starts_with("http"))
        }
        Outgoing::Post(_) | Outgoing::PostText(_) => None,
    }
}

/// The message that asks the host for a token, where its system has one.
pub fn ask_for_token(launch: &Launch) -> Option<Outgoing> {
    let message = launch.system.ask_for_token();
    message.map(|message| launch.post(message))
}

/// Whether a text is a message that is to be parsed first.
pub fn hears_text(launch: &Launch) -> bool {
    launch.system.hears_text()
}

/// Understands a host's message; anything else is nothing.
pub fn hear(launch: &Launch, json: &impl Json) -> Vec<Incoming> {
    launch.system.hear(json)
}

impl Launch {
    fn post(&self, json: String) -> Outgoing {
        match self.system.posts_text(self) {
            true => Outgoing::PostText(json),
            false => Outgoing::Post(json),
        }
    }

    /// There is no page around that could go on by itself.
    fn is_alone(&self) -> bool {
        self.embedding == Embedding::Alone
    }
}
