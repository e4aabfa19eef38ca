// Sends one message with lettre.
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};
use std::{env, time::Duration};

fn main() {
    let var = |name: &str| env::var(name).unwrap_or_default();
    let mut builder = Message::builder().from(var("SMTP_FROM").parse().unwrap()).subject("Hello");
    for address in var("SMTP_TO").split(',') {
        builder = builder.to(address.parse().unwrap());
    }
    let message = builder.body("x".repeat(var("SMTP_SIZE").parse().unwrap())).unwrap();
    let tls = if var("SMTP_TLS").is_empty() {
        Tls::None
    } else {
        Tls::Required(TlsParameters::new("localhost".into()).unwrap())
    };
    let mut mailer = SmtpTransport::builder_dangerous("localhost")
        .port(var("SMTP_PORT").parse().unwrap())
        .timeout(Some(Duration::from_secs_f64(var("SMTP_TIMEOUT").parse().unwrap())))
        .tls(tls);
    if !var("SMTP_USER").is_empty() {
        mailer = mailer.credentials(Credentials::new(var("SMTP_USER"), var("SMTP_PASSWORD")));
    }
    if let Err(error) = mailer.build().send(&message) {
        println!("{error}");
    }
}
