//! The test banks as an aggregator: what they hold of a connection is the script that is being played, and where.

use super::{Bank, Ending, GROUP, Question as BankQuestion, Script};
use crate::aggregators::{
    Aggregator, Answer, Bank as Offered, Banks, Cause, Failed, Found, Health, Held, Login,
    LoginStyle, Misconfigured, Progress, Question, Stage, Upstream, Way,
};
use async_trait::async_trait;
use connect_core::Secret;
use connect_core::api::{Provider, SyncError, SyncStep, error_name};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub const ID: &str = "sandbox";

pub struct Sandbox {
    /// How long a step of a test bank usually takes.
    step: Duration,
}

/// Where a connection stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Played {
    pub bank: String,
    pub script: Script,
    /// How many steps are over; as many as there are: it has ended.
    pub over: usize,
}

impl Sandbox {
    pub fn new(step: Duration) -> Sandbox {
        Sandbox { step }
    }

    fn begins(&self, bank: &str, script: Script) -> Progress {
        self.at(Played {
            bank: bank.to_owned(),
            script,
            over: 0,
        })
    }

    fn at(&self, played: Played) -> Progress {
        let script = &played.script;
        let stage = match script.steps.get(played.over) {
            Some(step) => match script.approval_in(*step) {
                Some(approval) => Stage::Approves(question(approval, "approval")),
                None => Stage::Working(*step),
            },
            None => self.ended(&played),
        };
        let step = script.steps.get(played.over);
        Progress {
            after: step.map_or(Duration::ZERO, |step| script.time_in(*step, self.step)),
            held: Held::of(&played),
            stage,
        }
    }

    fn ended(&self, played: &Played) -> Stage {
        match &played.script.ending {
            Ending::Connected(holdings) => Stage::Done(Found {
                accounts: holdings.found(),
                ..Found::default()
            }),
            Ending::Asked(asked) => Stage::Asks(vec![self.asked(asked)]),
            Ending::LoginRefused(error) => Stage::Failed(Failed {
                removes: Bank::of(&played.bank).removes_refused_logins(),
                ..failed(error)
            }),
            Ending::Failed(error) => Stage::Failed(failed(error)),
            Ending::Crashed => Stage::Failed(Cause::BrokenOff.into()),
        }
    }

    fn asked(&self, asked: &BankQuestion) -> Question {
        Question {
            lifetime: asked.lifetime(self.step),
            tries: asked.tries(),
            ..question(&asked.asked(), &asked.key())
        }
    }
}

#[async_trait]
impl Aggregator for Sandbox {
    async fn check(&self) -> Result<Health, Misconfigured> {
        Ok(Health::default())
    }

    async fn banks(&self) -> Result<Banks, Upstream> {
        Ok(Banks::Whole(Bank::ALL.map(offered).into()))
    }

    /// The catalogue's banks behave as Demo does.
    async fn begin(&self, login: Login<'_>) -> Result<Progress, Upstream> {
        let Way::Credentials(credentials) = login.way else {
            return Err(Upstream::Protocol(
                "test banks have addresses of their own".into(),
            ));
        };
        let script = Bank::of(login.bank).login(credentials);
        Ok(self.begins(login.bank, script))
    }

    async fn resume(&self, held: &Held, answer: Answer<'_>) -> Result<Progress, Upstream> {
        let played: Played = held.read()?;
        let Ending::Asked(asked) = &played.script.ending else {
            return Err(Upstream::Protocol("nothing was asked".into()));
        };
        match answer {
            Answer::Texts(texts) => {
                let text = texts.first().map_or("", Secret::expose);
                Ok(self.begins(&played.bank, asked.answer(text)))
            }
            Answer::Resend => {
                let resent = asked.resent().unwrap_or_else(|| asked.clone());
                let script = Script {
                    ending: Ending::Asked(resent),
                    ..played.script.clone()
                };
                let over = script.steps.len();
                Ok(self.at(Played {
                    script,
                    over,
                    ..played
                }))
            }
            Answer::Returned { .. } => Err(Upstream::Protocol("nobody was sent to a page".into())),
        }
    }

    async fn look(&self, held: &Held) -> Result<Progress, Upstream> {
        let played: Played = held.read()?;
        let over = (played.over + 1).min(played.script.steps.len());
        Ok(self.at(Played { over, ..played }))
    }

    /// One that runs begins anew; one that has failed fails as it did; one that was asked something is asked from the start.
    async fn refresh(&self, held: &Held, _interactive: bool) -> Result<Progress, Upstream> {
        let Played { bank, script, over } = held.read()?;
        let has_ended = over >= script.steps.len();
        let anew = match script.ending {
            _ if !has_ended => script,
            Ending::Asked(asked) => Bank::of(&bank).asking_again(&asked.asked()),
            Ending::LoginRefused(error) | Ending::Failed(error) => Script::failing(error),
            Ending::Crashed => Script::connecting(&[SyncStep::Login]),
            Ending::Connected(holdings) => Script {
                ending: Ending::Connected(holdings),
                ..Script::connecting(&[SyncStep::Login])
            },
        };
        Ok(self.begins(&bank, anew))
    }

    async fn forget(&self, _held: &Held) -> Result<(), Upstream> {
        Ok(())
    }
}

/// Of a question as the bank puts it.
fn question(asked: &SyncError, key: &str) -> Question {
    Question {
        key: key.to_owned(),
        prompt: asked.message.clone(),
        challenge: asked.challenge.clone(),
        words: asked.provider_message.clone(),
        ..Question::default()
    }
}

fn failed(error: &SyncError) -> Failed {
    Failed {
        cause: cause(&error.name),
        message: Some(error.message.clone()),
        words: error.provider_message.clone(),
        removes: false,
    }
}

fn cause(name: &str) -> Cause {
    match name {
        error_name::LOGIN_FAILED => Cause::LoginRefused,
        error_name::ACCOUNT_LOCKED => Cause::Locked,
        error_name::USER_ACTION_REQUIRED => Cause::ActionNeeded { at: None },
        error_name::TEMPORARY_FAILURE => Cause::TryLater,
        error_name::NO_ACCOUNTS => Cause::NoAccounts,
        // What a test bank is told to answer is told as it is, also of a connection that stands.
        other => Cause::Unknown { code: other.into() },
    }
}

fn offered(bank: Bank) -> Offered {
    let mut told = Provider::default();
    let profile = bank.profile();
    told.id = profile.id.into();
    bank.describe(&mut told);
    let login = match told.authorize_url {
        Some(authorize_url) => LoginStyle::OAuth {
            authorize_url,
            client_id: told.client_id.unwrap_or_default(),
            scopes: told.scopes,
        },
        None => LoginStyle::Fields(told.fields),
    };
    Offered {
        id: told.id,
        name: profile.name.into(),
        url: told.url,
        logo: told.logo,
        color: told.color,
        group: Some(GROUP.into()),
        login,
        hint: told.hint,
        status: told.status,
        message: told.message,
        recovery_urls: told.recovery_urls,
        popular: Bank::POPULAR.contains(&bank),
        ..Offered::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregators::Psu;
    use std::collections::BTreeMap;

    async fn begun(bank: &str, username: &str, password: &str) -> (Sandbox, Progress) {
        let sandbox = Sandbox::new(Duration::from_millis(250));
        let typed = [("username", username), ("password", password)];
        let credentials: BTreeMap<String, Secret> = typed
            .map(|(name, value)| (name.to_owned(), Secret::new(value)))
            .into();
        let psu = Psu::default();
        let login = Login {
            user: "any",
            bank,
            way: Way::Credentials(&credentials),
            renews: None,
            psu: &psu,
        };
        let progress = sandbox.begin(login).await.expect("it begins");
        (sandbox, progress)
    }

    async fn ended(sandbox: &Sandbox, mut progress: Progress) -> Progress {
        while matches!(progress.stage, Stage::Working(_) | Stage::Approves(_)) {
            progress = sandbox.look(&progress.held).await.expect("it goes on");
        }
        progress
    }

    #[tokio::test]
    async fn a_password_is_held_nowhere() {
        for bank in Bank::ALL {
            let (_, progress) = begun(bank.profile().id, "user_good", "s3cret-password").await;
            assert!(
                !progress.held.expose().contains("s3cret-password"),
                "{bank:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_connection_that_is_done_again_goes_as_it_went() {
        for (bank, password, how) in [
            ("demo", "any", "Asks"),
            ("locked-bank", "any", "Failed"),
            ("accounts-bank", "many", "Done"),
            ("mfa-bank", "approve", "Done"),
            ("mfa-bank", "approve_denied", "Failed"),
        ] {
            let username = if bank == "demo" {
                "wealthica"
            } else {
                "user_good"
            };
            let (sandbox, progress) = begun(bank, username, password).await;
            let first = ended(&sandbox, progress).await;
            let again = sandbox.refresh(&first.held, true).await.expect("it begins");
            let again = ended(&sandbox, again).await;
            assert!(format!("{:?}", first.stage).starts_with(how), "{first:?}");
            assert_eq!(first.stage, again.stage, "{bank} {password}");
        }
    }

    #[tokio::test]
    async fn every_test_bank_is_among_its_banks_and_can_be_logged_in_to() {
        let Ok(Banks::Whole(banks)) = Sandbox::new(Duration::ZERO).banks().await else {
            panic!("they are not told");
        };
        assert_eq!(banks.len(), Bank::ALL.len());
        for bank in banks {
            let (sandbox, progress) = begun(&bank.id, "user_good", "any").await;
            let last = ended(&sandbox, progress).await;
            assert!(!matches!(last.stage, Stage::GoTo(_)), "{}", bank.id);
        }
    }
}
