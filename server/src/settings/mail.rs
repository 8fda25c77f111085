//! The settings of mail, and what they may not say together.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use domain::{Allowance, Delivery, Smtp};

use super::kind::{Choice, take};
use crate::{Rate, Secret};

/// How mails go out.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The mail server they are handed to; without one nothing is sent.
    pub host: Option<String>,
    /// Its port; else what is usual for its security.
    pub port: Option<u16>,
    /// Who may listen on the way to it.
    pub security: Security,
    /// The name to sign in there with.
    pub username: Option<String>,
    /// The password to sign in there with.
    pub password: Option<Secret>,
    /// The address mails come from.
    pub from: Option<String>,
    /// The name mails come from.
    pub from_name: Option<String>,
    /// Certificates that vouch for the mail server, beside everybody's.
    pub certificates: Option<PathBuf>,
    /// How long the mail server may take for each answer.
    pub timeout: Duration,
    /// The least time between two to one address that somebody asked for.
    pub apart: Duration,
    /// How many to one address that somebody asked for.
    pub per_address: Rate,
    /// How many altogether that somebody asked for.
    pub altogether: Rate,
}

/// Who may listen on the way to a mail server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// By port and host.
    #[default]
    Auto,
    /// Nobody, as [`domain::Security::StartTls`].
    StartTls,
    /// Nobody, as [`domain::Security::Tls`].
    Tls,
    /// Anybody.
    Plain,
}

impl Default for Mail {
    fn default() -> Self {
        let domain::Mail { apart, per_address, altogether, .. } = domain::Mail::default();
        Self {
            host: None,
            port: None,
            security: Security::Auto,
            username: None,
            password: None,
            from: None,
            from_name: None,
            certificates: None,
            timeout: Duration::from_secs(10),
            apart,
            per_address: rate(per_address),
            altogether: rate(altogether),
        }
    }
}

impl Mail {
    /// What the domain reads of them.
    pub(super) fn config(&self, is_production: bool) -> domain::Mail {
        let delivery = match self.smtp() {
            Some(smtp) => Delivery::Smtp(smtp),
            None if is_production => Delivery::Nowhere,
            None => Delivery::Mailbox,
        };
        let ours = domain::Mail::default();
        domain::Mail {
            delivery,
            from: self.from.clone().unwrap_or(ours.from),
            from_name: self.from_name.clone(),
            apart: self.apart,
            per_address: allowance(self.per_address),
            altogether: allowance(self.altogether),
        }
    }

    /// The mail server, if one is set.
    pub(crate) fn smtp(&self) -> Option<Smtp> {
        let host = self.host.clone()?;
        let security = self.security();
        let usual = match security {
            domain::Security::StartTls => 587,
            domain::Security::Tls => 465,
            domain::Security::Plain => 25,
        };
        let password = self.password.as_ref().map(|password| password.reveal().to_owned());
        Some(Smtp {
            host,
            port: self.port.unwrap_or(usual),
            security,
            login: self.username.clone().zip(password),
            patience: self.timeout,
            certificates: self.certificates.clone(),
        })
    }

    fn security(&self) -> domain::Security {
        match self.security {
            Security::Tls => domain::Security::Tls,
            Security::Plain => domain::Security::Plain,
            Security::Auto if self.port == Some(465) => domain::Security::Tls,
            Security::Auto if self.is_here() => domain::Security::Plain,
            Security::StartTls | Security::Auto => domain::Security::StartTls,
        }
    }

    /// Whether the mail server runs on this machine.
    fn is_here(&self) -> bool {
        self.host.as_deref().is_some_and(|host| {
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
        })
    }

    /// What they may not say together, a line each.
    pub(super) fn contradictions(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |key: &str, what: &str| faults.push(format!("{key}: {what}"));
        let there = self.host.is_some();
        if there && self.from.is_none() {
            fault("mail.from", "missing; with mail.host mails go out, and each must say from which address");
        }
        if self.username.is_some() && self.password.is_none() {
            fault("mail.password", "missing; mail.username alone opens no mail server");
        }
        if self.password.is_some() && self.username.is_none() {
            fault("mail.username", "missing; mail.password alone opens no mail server");
        }
        let others = [
            ("mail.port", self.port.is_some()),
            ("mail.username", self.username.is_some() && self.password.is_some()),
            ("mail.certificates", self.certificates.is_some()),
            ("mail.security", self.security != Security::Auto),
        ];
        for (key, _) in others.into_iter().filter(|(_, is_set)| *is_set && !there) {
            fault(key, "nothing is sent without mail.host; set that, too, or unset this");
        }
        if there && self.port == Some(465) && self.security() != domain::Security::Tls {
            fault(
                "mail.security",
                "on port 465 mail servers speak TLS from the start; set tls or auto, or another port",
            );
        }
        faults
    }

    /// What production refuses.
    pub(super) fn weakness(&self) -> Option<String> {
        let is_weak = self.host.is_some() && self.security() == domain::Security::Plain && !self.is_here();
        is_weak.then(|| {
            "mail.security: plain, which production refuses: anybody on the way could read the links that open accounts; \
             set starttls or tls"
                .to_owned()
        })
    }
}

fn allowance(Rate { count, per_seconds }: Rate) -> Allowance {
    Allowance { count, per: Duration::from_secs(per_seconds.into()) }
}

fn rate(Allowance { count, per }: Allowance) -> Rate {
    Rate::new(count, u32::try_from(per.as_secs()).unwrap_or(u32::MAX))
}

impl Choice for Security {
    fn words(&self) -> &'static [&'static str] {
        &["auto", "starttls", "tls", "plain"]
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
            Self::Plain => "plain",
        }
    }

    fn choose(&mut self, word: &str) -> bool {
        take(self, &[Self::Auto, Self::StartTls, Self::Tls, Self::Plain], word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(host: &str, change: impl FnOnce(&mut Mail)) -> Mail {
        let from = Some("noreply@play.example".to_owned());
        let mut mail = Mail { host: Some(host.to_owned()), from, ..Mail::default() };
        change(&mut mail);
        mail
    }

    #[test]
    fn the_way_to_a_server_follows_from_its_port_and_host() {
        let way = |mail: Mail| mail.smtp().map(|smtp| (smtp.security, smtp.port));
        assert_eq!(way(mail("mail.example", |_| ())), Some((domain::Security::StartTls, 587)));
        assert_eq!(way(mail("mail.example", |it| it.port = Some(465))), Some((domain::Security::Tls, 465)));
        assert_eq!(way(mail("mail.example", |it| it.security = Security::Tls)), Some((domain::Security::Tls, 465)));
        assert_eq!(way(mail("localhost", |_| ())), Some((domain::Security::Plain, 25)));
        assert_eq!(way(mail("::1", |it| it.port = Some(1025))), Some((domain::Security::Plain, 1025)));
        assert_eq!(way(Mail::default()), None);
    }

    #[test]
    fn mails_go_to_the_mailbox_in_development_only() {
        let goes = |mail: Mail, is_production| mail.config(is_production).delivery;
        assert!(matches!(goes(Mail::default(), false), Delivery::Mailbox));
        assert!(matches!(goes(Mail::default(), true), Delivery::Nowhere));
        for is_production in [false, true] {
            assert!(matches!(goes(mail("mail.example", |_| ()), is_production), Delivery::Smtp(_)));
        }
    }
}
