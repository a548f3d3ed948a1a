//! Where the user is. Each variant owns exactly the data of its screen.

use super::later::Later;
use super::{Failure, Place, Report, Ticket, Trouble, WayOn};
use crate::Secret;
use crate::api::{self, Account, Challenge, Field, Institution, OAuthResult, Provider, SyncStep};

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Starting(Starting),
    Consent(Consent),
    Search(Search),
    Preparing(Preparing),
    Warning(Warning),
    Credentials(Credentials),
    OAuth(OAuth),
    Connecting(Connecting),
    Question(Question),
    Accounts(Accounts),
    Success(Success),
    Failed(Failed),
    Expired(Expired),
    /// The host has been told; the report is what it was told.
    Ended(Report),
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
    /// Waiting for the host: the timer that ends the wait, and the one after which it is asked again.
    Token {
        deadline: Ticket,
        again: Option<Ticket>,
    },
    /// The session and, side by side, the first banks.
    Session {
        session: Option<Ticket>,
        providers: Option<Ticket>,
    },
    LookUp(LookUp),
    /// What is to be done as soon as the later part of the program is there.
    Later(Box<Later>),
}

/// What the session begins with is being looked up.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum LookUp {
    /// The connection that the host wants reconnected.
    Reconnect { ticket: Option<Ticket> },
    /// The connection that was being made when the page was loaded anew.
    Resume {
        ticket: Option<Ticket>,
        id: String,
        fresh: bool,
    },
    /// The connection that the host has named; nobody knows yet whether it has ever stood.
    Follow { ticket: Option<Ticket>, id: String },
    /// What came of the login at a bank's own site that the user comes back from.
    Return {
        ticket: Option<Ticket>,
        nonce: String,
    },
}

/// The client asks the user's consent.
#[derive(Clone, Debug, PartialEq)]
pub struct Consent {
    /// The first banks are being asked for.
    pub(super) providers: Option<Ticket>,
}

/// Something failed and will be tried again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    pub trouble: Trouble,
    pub timer: Ticket,
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
    /// The last query that the host was told of.
    pub(super) told: String,
    /// The pause after which it is told of the present one.
    pub(super) pause: Option<Ticket>,
}

/// A bank was chosen; its login is being looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Preparing {
    /// Empty as long as only the id is known.
    pub name: String,
    pub retry: Option<Retry>,
    pub(super) id: String,
    pub(super) connection: Option<Connection>,
    pub(super) goal: Goal,
    pub(super) attempt: u32,
}

/// What a bank is looked up for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Goal {
    /// To show its login, unless something must be told before.
    Login,
    /// To show its login once more.
    LoginAnew,
    Sync(Purpose),
    /// To go on where an earlier load of the page was.
    Follow(Box<Institution>),
    /// To conclude a login at the bank's own site.
    Conclude {
        proof: Proof,
        result: Box<OAuthResult>,
    },
}

/// Something that the user should know before they log in.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    pub provider: Provider,
    pub cause: Cause,
    pub ways: Ways,
    pub(super) connection: Option<Connection>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Down,
    Degraded,
    /// The user has connected this bank already.
    Connected,
}

/// The primary way on, and a second one where there is one.
pub type Ways = (WayOn, Option<WayOn>);

#[derive(Clone, Debug, PartialEq)]
pub struct Credentials {
    pub form: Ticket,
    pub provider: Provider,
    /// Why the form is shown again.
    pub notice: Option<Notice>,
    /// The same in the bank's own words.
    pub words: Option<String>,
    /// What was typed before, without the passwords.
    pub kept: Vec<(String, Secret)>,
    /// The connection that these credentials belong to; `None` makes a new one.
    pub(super) connection: Option<Connection>,
}

/// The login is at the bank's own site.
#[derive(Clone, Debug, PartialEq)]
pub struct OAuth {
    pub provider: Provider,
    /// Why it is asked for again.
    pub notice: Option<Notice>,
    pub window: BankWindow,
    pub ways: Ways,
    pub(super) connection: Option<Connection>,
    pub(super) proof: Option<Proof>,
    /// Being made, or kept at the backend.
    pub(super) preparing: Option<Ticket>,
    pub(super) popup: Option<Ticket>,
    /// The question what came of it, or the pause before the next.
    pub(super) news: Option<Ticket>,
    pub(super) deadline: Option<Ticket>,
}

/// The window in which the user is at the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankWindow {
    /// Not asked for yet.
    None,
    /// Asked for; its address is not there yet.
    Opening,
    Open,
    /// Seen closed, or out of sight: a bank may cut the tie to it.
    Closed,
    /// Nobody can tell whether it is there: the browser gave no handle, or one without a sign of life.
    Unseen,
    /// The window that shows this screen is on its way to the bank.
    Leaving,
}

/// What ties the answer of a bank's site to the question (RFC 7636, and the nonce in `state`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub nonce: String,
    pub verifier: Secret,
    /// S256 of the verifier.
    pub challenge: String,
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
    pub purpose: Purpose,
    /// How many calming lines the user has seen: after 10 s, 30 s, 1 min and 2 min.
    pub calm: u8,
    /// The user is asked to confirm in the bank's own app; the sync waits for it.
    pub approval: Option<Challenge>,
    pub(super) kept: Vec<(String, Secret)>,
    /// What the form says should the bank refuse what was sent last.
    pub(super) refusal: Notice,
    /// The bank no longer waited for the answer that was sent last.
    pub(super) too_late: bool,
    pub(super) wait: Wait,
    pub(super) attempt: u32,
    pub(super) calm_timer: Ticket,
    pub(super) deadline: Ticket,
}

/// What a sync is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Connect,
    /// The connection is well; its data is read anew.
    Refresh,
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
        version: u64,
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
    pub resend: Resend,
    pub(super) end: End,
    pub(super) connection: Connection,
    pub(super) kept: Vec<(String, Secret)>,
    pub(super) version: u64,
}

/// Whether the code can be sent anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    Never,
    Ready,
    Sending(Ticket),
    /// It was sent; it can be sent again after a while.
    Waiting(Ticket),
}

/// Whether the time to answer is over. A device's clock may be wrong, so the backend is asked before that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Unknown,
    /// The backend is being asked.
    Asked(Ticket),
    /// The backend did not answer; it is asked again later.
    AskedLater(Ticket),
    /// The backend has been heard, and with that what time it is there.
    Heard,
}

/// Why a question is asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionNotice {
    /// In the bank's words.
    Refused(String),
    /// The answer could not be sent.
    NotSent(Trouble),
    /// The code could not be asked for again, and can be later.
    ResendLater(Trouble),
    /// The code was sent anew.
    SentAnew,
    /// The answer came too late, so that the bank asks anew.
    TooLate,
}

/// The user chooses among the accounts found.
#[derive(Clone, Debug, PartialEq)]
pub struct Accounts {
    pub form: Ticket,
    pub provider: Provider,
    pub accounts: Vec<Account>,
    pub several: bool,
    /// What the user chose before, where the choice is asked for again.
    pub chosen: Option<Vec<String>>,
    pub(super) details: Details,
    /// The choice is being sent.
    pub saving: bool,
    /// The choice could not be sent.
    pub notice: Option<Trouble>,
    pub(super) purpose: Purpose,
    pub(super) connection: Connection,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Success {
    pub provider: Provider,
    pub purpose: Purpose,
    pub institution: String,
    pub accounts: Vec<Account>,
    pub(super) details: Details,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    pub failure: Failure,
    /// `None`: the failure has nothing to do with one bank.
    pub provider: Option<Provider>,
    pub ways: Ways,
    pub(super) connection: Option<Connection>,
    pub(super) kept: Vec<(String, Secret)>,
}

/// The session has ended in the middle; a new token from the host goes on where it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Expired {
    pub(super) was: Box<State>,
}

impl State {
    /// What is being tried again by itself at the moment.
    pub(super) fn retry(&self) -> Option<Retry> {
        match self {
            State::Starting(starting) => starting.retry,
            State::Search(search) => search.retry,
            State::Preparing(preparing) => preparing.retry,
            State::Connecting(connecting) => connecting.retry,
            State::Consent(_)
            | State::Warning(_)
            | State::Credentials(_)
            | State::OAuth(_)
            | State::Question(_)
            | State::Accounts(_)
            | State::Success(_)
            | State::Failed(_)
            | State::Expired(_)
            | State::Ended(_) => None,
        }
    }
}

impl State {
    /// The bank that the user is at.
    fn provider(&self) -> Option<&Provider> {
        match self {
            State::Warning(warning) => Some(&warning.provider),
            State::Credentials(credentials) => Some(&credentials.provider),
            State::OAuth(oauth) => Some(&oauth.provider),
            State::Connecting(connecting) => Some(&connecting.provider),
            State::Question(question) => Some(&question.provider),
            State::Accounts(accounts) => Some(&accounts.provider),
            State::Success(success) => Some(&success.provider),
            State::Failed(failed) => failed.provider.as_ref(),
            State::Expired(expired) => expired.was.provider(),
            State::Starting(_)
            | State::Consent(_)
            | State::Search(_)
            | State::Preparing(_)
            | State::Ended(_) => None,
        }
    }

    /// The connection that is being made, or mended.
    pub(super) fn connection(&self) -> Option<Connection> {
        match self {
            State::Preparing(preparing) => preparing.connection.clone(),
            State::Warning(warning) => warning.connection.clone(),
            State::Credentials(credentials) => credentials.connection.clone(),
            State::OAuth(oauth) => oauth.connection.clone(),
            State::Connecting(connecting) => connecting.connection(),
            State::Question(question) => Some(question.connection.clone()),
            State::Accounts(accounts) => Some(accounts.connection.clone()),
            State::Failed(failed) => failed.connection.clone(),
            State::Expired(expired) => expired.was.connection(),
            State::Starting(starting) => starting.connection(),
            State::Consent(_) | State::Search(_) | State::Success(_) | State::Ended(_) => None,
        }
    }

    pub(super) fn place(&self) -> Place {
        Place::of(self.provider(), self.connection().as_ref())
    }
}

/// What the backend says of a connection beside its accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) login_id: Option<String>,
    pub(super) exchange_code: Option<Secret>,
    pub(super) warnings: Vec<api::Warning>,
}

impl Details {
    pub(super) fn of(institution: &Institution) -> Details {
        Details {
            login_id: institution.login_id.clone(),
            exchange_code: institution.exchange_code.clone(),
            warnings: institution.warnings.clone(),
        }
    }

    /// The newest of each.
    pub(super) fn renewed(self, newer: Details) -> Details {
        Details {
            login_id: newer.login_id.or(self.login_id),
            exchange_code: newer.exchange_code.or(self.exchange_code),
            warnings: if newer.warnings.is_empty() {
                self.warnings
            } else {
                newer.warnings
            },
        }
    }
}

impl Success {
    /// What could not be read, in sentences.
    pub fn warnings(&self) -> impl Iterator<Item = &String> {
        self.details.warnings.iter().map(|warning| &warning.message)
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
