//! Where the user is. Each variant owns exactly the data of its screen.

use super::{Failure, Report, Ticket, Trouble};
use crate::Secret;
use crate::api::{Account, Challenge, Field, Provider, SyncStep};

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Starting(Starting),
    Search(Search),
    Preparing(Preparing),
    Credentials(Credentials),
    Connecting(Connecting),
    Question(Question),
    Success(Success),
    Failed(Failed),
    /// The host has been told; the report is what it was told.
    Ended(Report),
}

/// The kind of screen that a state shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Starting,
    Search,
    Credentials,
    Connecting,
    Question,
    Success,
    Failure,
    Ended,
}

/// Before the first usable screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Starting {
    pub(super) stage: Stage,
    pub retry: Option<Retry>,
    pub(super) attempt: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// Waiting for the host; the ticket is the timer that ends the wait.
    Token { deadline: Ticket },
    /// The session and, side by side, the first banks.
    Session {
        session: Option<Ticket>,
        providers: Option<Ticket>,
    },
    /// The connection that the host wants reconnected.
    Reconnect { ticket: Option<Ticket> },
}

/// Something failed and will be tried again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    pub trouble: Trouble,
    pub(super) timer: Ticket,
}

/// The list of banks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    pub query: String,
    /// What is on the screen; belongs to `query` where `answered`, else the best that is known already.
    pub rows: Vec<Provider>,
    pub answered: bool,
    /// Matches in all, once answered.
    pub total: u32,
    pub retry: Option<Retry>,
    pub(super) next: Option<String>,
    pub(super) asking: Option<Ticket>,
    pub(super) attempt: u32,
    /// The rows for an empty query, with the cursor behind them.
    pub(super) first: Option<(Vec<Provider>, Option<String>, u32)>,
    /// Every bank seen so far: rows to show before the backend has answered.
    pub(super) known: Vec<Provider>,
    /// The backend gave the whole catalogue at once: `known` is all there is.
    pub(super) whole: bool,
}

/// A bank was chosen; its login is being looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Preparing {
    /// Empty as long as only the id is known.
    pub name: String,
    pub retry: Option<Retry>,
    pub(super) id: String,
    /// The connection to log in to anew.
    pub(super) institution: Option<String>,
    /// Why the form is shown again.
    pub(super) notice: Option<Notice>,
    pub(super) attempt: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Credentials {
    pub form: Ticket,
    pub provider: Provider,
    /// Why the form is shown again.
    pub notice: Option<Notice>,
    /// What was typed before, without the passwords.
    pub kept: Vec<(String, Secret)>,
    /// The connection that these credentials belong to; `None` makes a new one.
    pub(super) institution: Option<Connection>,
}

/// Why the login form is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The bank refused the login.
    LoginRefused,
    /// The bank refused an answer.
    AnswerRefused,
    /// The login could not be sent.
    NotSent(Trouble),
}

/// A connection at the backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub id: String,
    /// Made in this session and never complete: it may be removed again.
    pub(super) fresh: bool,
}

/// A sync is running.
#[derive(Clone, Debug, PartialEq)]
pub struct Connecting {
    pub provider: Provider,
    pub step: Option<SyncStep>,
    pub retry: Option<Retry>,
    pub patience: Patience,
    pub(super) kept: Vec<(String, Secret)>,
    /// What the form says should the bank refuse what was sent last.
    pub(super) refusal: Notice,
    pub(super) wait: Wait,
    pub(super) attempt: u32,
    pub(super) patience_timer: Ticket,
    pub(super) deadline: Ticket,
}

/// How long the user has been waiting, in three steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Patience {
    Fresh,
    TenSeconds,
    ThirtySeconds,
}

/// What a running sync waits for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wait {
    /// The answer to the credentials. `None` makes a new connection.
    Login(Option<Connection>),
    /// The answer to an answer, with the question in case it did not get through.
    Answer {
        connection: Connection,
        challenge: Challenge,
    },
    /// The answer to the order to sync.
    Sync(Connection),
    /// News.
    Poll {
        connection: Connection,
        version: u64,
    },
}

/// The bank asks something that only the user knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub form: Ticket,
    pub provider: Provider,
    pub challenge: Challenge,
    pub notice: Option<QuestionNotice>,
    pub(super) connection: Connection,
    pub(super) kept: Vec<(String, Secret)>,
}

/// Why a question is asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionNotice {
    /// In the bank's words.
    Refused(String),
    /// The answer could not be sent.
    NotSent(Trouble),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Success {
    pub provider: Provider,
    pub institution: String,
    pub accounts: Vec<Account>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    pub failure: Failure,
    /// `None`: the failure has nothing to do with one bank.
    pub provider: Option<Provider>,
    pub(super) connection: Option<Connection>,
    pub(super) kept: Vec<(String, Secret)>,
}

impl State {
    pub fn screen(&self) -> Screen {
        match self {
            State::Starting(_) => Screen::Starting,
            State::Search(_) => Screen::Search,
            State::Preparing(_) | State::Credentials(_) => Screen::Credentials,
            State::Connecting(_) => Screen::Connecting,
            State::Question(_) => Screen::Question,
            State::Success(_) => Screen::Success,
            State::Failed(_) => Screen::Failure,
            State::Ended(_) => Screen::Ended,
        }
    }

    /// Changes whenever the screen must be built anew, and only then.
    pub fn key(&self) -> (Screen, u32) {
        let number = match self {
            State::Credentials(credentials) => credentials.form.0,
            State::Question(question) => question.form.0,
            State::Starting(_)
            | State::Search(_)
            | State::Preparing(_)
            | State::Connecting(_)
            | State::Success(_)
            | State::Failed(_)
            | State::Ended(_) => 0,
        };
        (self.screen(), number)
    }

    /// What is being tried again by itself at the moment.
    pub fn trouble(&self) -> Option<Trouble> {
        let retry = match self {
            State::Starting(starting) => starting.retry,
            State::Search(search) => search.retry,
            State::Preparing(preparing) => preparing.retry,
            State::Connecting(connecting) => connecting.retry,
            State::Credentials(_)
            | State::Question(_)
            | State::Success(_)
            | State::Failed(_)
            | State::Ended(_) => None,
        };
        retry.map(|retry| retry.trouble)
    }

    /// One step back is possible.
    pub fn can_go_back(&self) -> bool {
        match self {
            State::Preparing(_)
            | State::Credentials(_)
            | State::Connecting(_)
            | State::Question(_) => true,
            State::Starting(_)
            | State::Search(_)
            | State::Success(_)
            | State::Failed(_)
            | State::Ended(_) => false,
        }
    }
}

impl Screen {
    /// The stable name that hosts see.
    pub fn name(self) -> &'static str {
        match self {
            Screen::Starting => "starting",
            Screen::Search => "search",
            Screen::Credentials => "credentials",
            Screen::Connecting => "connecting",
            Screen::Question => "question",
            Screen::Success => "success",
            Screen::Failure => "failure",
            Screen::Ended => "ended",
        }
    }
}

impl Search {
    /// The backend is being asked for these rows.
    pub fn is_asking(&self) -> bool {
        self.asking.is_some()
    }
}

impl Credentials {
    pub fn fields(&self) -> Vec<Field> {
        self.provider.login_fields()
    }
}
