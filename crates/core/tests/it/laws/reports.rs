//! Laws about what the host hears: in order, in time, and nothing that did not happen.

use crate::run::Run;
use connect_core::flow::{Answer, Event, Failure, Notice, Report, Screen, State, WayOn};

pub fn there_is_at_most_one_last_report(run: &Run) {
    let last = run.told().iter().filter(|report| report.is_terminal());
    assert!(last.count() <= 1);
}

pub fn an_unchecked_host_hears_at_most_the_end(run: &Run) {
    // It says nothing about anybody.
    let told = run.told().iter();
    let mut told = told.filter(|report| **report != Report::TokenRefused);
    match told.next() {
        None => {}
        Some(Report::Opened) => assert!(told.all(|report| *report != Report::Opened)),
        Some(first) => assert!(first.is_terminal() && told.next().is_none(), "{first:?}"),
    }
}

pub fn the_host_knows_the_screen(run: &Run) {
    let shown = |report: &Report| match report {
        Report::ScreenShown(screen) => Some(*screen),
        _ => None,
    };
    // While a bank is looked up it is not known yet which screen follows.
    let undecided = matches!(run.state(), State::Preparing(_) | State::Ended(_));
    let mut told = run.told().iter().rev().filter_map(shown);
    let last = told.next().unwrap_or(Screen::Starting);
    if run.opened() && !undecided {
        assert_eq!(last, run.state().screen());
    }
    assert_ne!(told.next(), Some(last), "the same screen twice");
}

pub fn a_report_follows_from_what_happened(run: &Run) {
    for report in run.news() {
        let (event, state) = (run.event.as_ref(), run.state());
        let fits = match report {
            Report::Opened | Report::ScreenShown(_) => true,
            Report::ConsentGiven => event == Some(&Event::ConsentGiven),
            Report::InstitutionSelected(bank) => {
                event == Some(&Event::Picked(bank.id.clone()))
                    || event == Some(&Event::WayChosen(WayOn::Alternative))
            }
            Report::CredentialsSubmitted { .. } => matches!(event, Some(Event::Submitted { .. })),
            Report::OAuthOpened { .. } => {
                event == Some(&Event::BankSiteClicked) || run.before.goes_to_bank
            }
            Report::OAuthBlocked(_) => matches!(event, Some(Event::PopupBlocked(_))),
            Report::OAuthReturned(_) => {
                matches!(
                    event,
                    Some(Event::OAuthReturned { .. } | Event::Answered { .. })
                )
            }
            Report::QuestionAsked { kind, .. } => match state {
                State::Question(question) => question.challenge.kind == *kind,
                State::Connecting(sync) => sync.approval.as_ref().is_some_and(|a| a.kind == *kind),
                _ => false,
            },
            Report::AnswerSubmitted { .. } => matches!(event, Some(Event::AnswerGiven { .. })),
            Report::AccountsSelected { .. } => matches!(event, Some(Event::AccountsChosen { .. })),
            Report::Connected(made) => match state {
                State::Success(success) => success.institution == made.institution,
                // A page that skips the success screen hears the end at once.
                State::Ended(Report::Succeeded(end)) => {
                    end == made && run.story.machine.launch.skip_success
                }
                _ => false,
            },
            Report::TokenRefused => {
                matches!(state, State::Failed(_) | State::Expired(_))
            }
            Report::Searched(_) => matches!(
                event,
                Some(Event::Woke(_) | Event::Picked(_) | Event::NotListedClicked)
            ),
            Report::WarningAccepted(_) | Report::WarningDismissed(_) => {
                run.before.screen == Screen::Warning
            }
            Report::LinkOpened { .. } => matches!(event, Some(Event::LinkFollowed(_))),
            Report::OAuthHandedBack => event.is_none(),
            Report::Syncing { institution, .. } => {
                matches!(event, Some(Event::Answered { answer: Ok(Answer::Institution(i)), .. }) if i.id == *institution)
            }
            Report::AccountsAsked { .. } => matches!(state, State::Accounts(_)),
            Report::WentOffline => event == Some(&Event::WentOffline),
            Report::CameOnline => event == Some(&Event::CameOnline),
            Report::WentBack(_) => event == Some(&Event::HostAskedBack),
            Report::Failed { failure, .. } => match state {
                State::Failed(failed) if failed.failure == Failure::TooManyAttempts => {
                    matches!(
                        failure,
                        Failure::TooManyAttempts | Failure::InvalidCredentials
                    )
                }
                State::Failed(failed) => failed.failure == *failure,
                State::Expired(_) => *failure == Failure::SessionExpired,
                // The form says it; or the way to the bank's own site, which may be closed by now.
                State::Credentials(login) => login.notice.is_some_and(is_refusal),
                State::OAuth(oauth) => oauth.notice.is_some_and(is_refusal),
                _ => false,
            },
            Report::Succeeded(made) => {
                let stands = Report::Connected(made.clone());
                run.before.screen == Screen::Success || run.news().any(|news| *news == stands)
            }
            Report::Errored { .. } => {
                matches!(run.before.screen, Screen::Failure | Screen::SessionExpired)
            }
            Report::Left { .. } => {
                !matches!(run.before.screen, Screen::Success | Screen::SessionExpired)
            }
        };
        assert!(fits, "{report:?} after {event:?} in {state:?}");
    }
    let asked = run.state().screen() == Screen::Question;
    let is_question = |report: &Report| matches!(report, Report::QuestionAsked { .. });
    assert!(!asked || run.told().iter().any(is_question));
}

pub fn the_host_is_answered_once_whether_there_was_a_step_back(run: &Run) {
    let answers = run
        .news()
        .filter(|news| matches!(news, Report::WentBack(_)));
    let asked = run.event == Some(Event::HostAskedBack);
    let hears = asked && run.opened() && run.before.screen != Screen::Ended;
    assert_eq!(answers.count(), usize::from(hears));
}

pub fn only_the_hosts_word_about_this_very_login_counts(run: &Run) {
    if let Some(Event::HostSawReturn(nonce)) = &run.event {
        let counts = run.before.screen == Screen::OAuth && *nonce == run.nonce();
        assert!(counts || run.effects().is_empty(), "{:?}", run.effects());
    }
}

fn is_refusal(notice: Notice) -> bool {
    matches!(notice, Notice::LoginRefused | Notice::AnswerRefused)
}
