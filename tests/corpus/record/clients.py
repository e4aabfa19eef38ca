"""The clients: how each is run for one message, and how it tells its version.

Programs find in the environment what to send: SMTP_PORT (at localhost), SMTP_FROM, SMTP_TO (by commas), SMTP_SIZE,
SMTP_USER, SMTP_PASSWORD, SMTP_TLS, SMTP_TIMEOUT; SSL_CERT_FILE where the certificate is to be trusted. They print the
exception that they caught. TOOLS is the folder in which README.md has the libraries installed.
"""

# Commands of the shell stand in one line, as they are typed.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Client:
    name: str
    family: str
    command: str  # of the shell, with {here}, {tools} and the environment
    version: str
    # Libraries raise; programs of the command line are recorded in fewer situations.
    raises: bool = True
    only: tuple[str, ...] = ()
    # Uses STARTTLS unasked where it is offered: has to trust the certificate to get anywhere.
    always_tls: bool = False


LIBRARIES = (
    Client("smtplib", "smtplib", "python3 {here}/with_smtplib.py", "python3 --version"),
    Client(
        "django", "django", "{python} {here}/with_django.py", "{python} -c 'import django;print(django.get_version())'"
    ),
    Client(
        "aiosmtplib",
        "aiosmtplib",
        "{tools}/py/bin/python {here}/with_aiosmtplib.py",
        "{tools}/py/bin/python -c 'import importlib.metadata as m;print(m.version(\"aiosmtplib\"))'",
    ),
    Client(
        "nodemailer",
        "nodemailer",
        "NODE_PATH={tools}/node/node_modules NODE_EXTRA_CA_CERTS=$SSL_CERT_FILE node {here}/with_nodemailer.js",
        "node -p 'require(\"{tools}/node/node_modules/nodemailer/package.json\").version'",
    ),
    Client(
        "nodemailer-6",
        "nodemailer",
        "NODE_PATH={tools}/node6/node_modules NODE_EXTRA_CA_CERTS=$SSL_CERT_FILE node {here}/with_nodemailer.js",
        "node -p 'require(\"{tools}/node6/node_modules/nodemailer/package.json\").version'",
    ),
    Client(
        "emailjs",
        "emailjs",
        "cp {here}/with_emailjs.mjs {tools}/node/ && NODE_EXTRA_CA_CERTS=$SSL_CERT_FILE node {tools}/node/with_emailjs.mjs",
        'node -p \'JSON.parse(require("fs").readFileSync("{tools}/node/node_modules/emailjs/package.json")).version\'',
    ),
    Client(
        "phpmailer",
        "phpmailer",
        "PHPMAILER=/usr/share/php/libphp-phpmailer/autoload.php php {here}/with_phpmailer.php",
        "dpkg-query -W -f '${{Version}}' libphp-phpmailer",
    ),
    Client(
        "symfony",
        "symfony",
        "SYMFONY_MAILER=/usr/share/php/Symfony/Component/Mailer/autoload.php php {here}/with_symfony.php",
        "dpkg-query -W -f '${{Version}}' php-symfony-mailer",
        always_tls=True,
    ),
    Client(
        "pear",
        "pear",
        "php {here}/with_pear.php",
        "dpkg-query -W -f '${{Version}}' php-net-smtp",
        always_tls=True,
    ),
    Client(
        "net-smtp-ruby",
        "ruby",
        "ruby {here}/with_net_smtp.rb",
        "ruby -e 'require \"net/smtp\";puts Net::SMTP::VERSION'",
    ),
    Client(
        "mail-gem",
        "ruby",
        "ruby {here}/with_mail.rb",
        "ruby -e 'require \"mail\";puts Mail::VERSION.version'",
        always_tls=True,
    ),
    Client(
        "action-mailer",
        "ruby",
        "ruby {here}/with_action_mailer.rb",
        "ruby -e 'require \"action_mailer\";puts ActionMailer.version'",
        always_tls=True,
    ),
    Client("net-smtp-perl", "perl", "perl {here}/with_net_smtp.pl", "perl -MNet::SMTP -e 'print Net::SMTP->VERSION'"),
    Client(
        "angus-mail",
        "javamail",
        "java -XX:TieredStopAtLevel=1 -cp '{tools}/java/jakarta:{tools}/java/jakarta-lib/*' Send",
        "ls {tools}/java/jakarta-lib | grep angus-mail",
    ),
    Client(
        "javamail",
        "javamail",
        "java -XX:TieredStopAtLevel=1 -cp '{tools}/java/javax:{tools}/java/javax-lib/*' Send",
        "ls {tools}/java/javax-lib | grep javax.mail",
    ),
    Client("net-smtp-go", "go", "{tools}/go/netsmtp", "go version", always_tls=True),
    Client(
        "lettre",
        "lettre",
        "{tools}/rust/target/debug/lettreclient",
        "sed -n '/name = .lettre.$/{{n;p}}' {tools}/rust/Cargo.lock",
    ),
)

_DELIVER = ("plain", "two", "refused", "tls", "auth", "auth-wrong", "too-big", "tls-untrusted")
_TEXT = "printf 'From: %s\\nTo: %s\\nSubject: Hello\\n\\n%s\\n' $SMTP_FROM $SMTP_TO $(head -c $SMTP_SIZE /dev/zero | tr '\\0' x)"
_ASK = "sleep 0.8; printf 'EHLO me.example.com\\n'; sleep 0.8; printf 'MAIL FROM:<me@example.com>\\n'; sleep 0.8; "

PROGRAMS = (
    Client(
        "swaks",
        "swaks",
        "swaks --server localhost --port $SMTP_PORT --from $SMTP_FROM --to $SMTP_TO --timeout ${{SMTP_TIMEOUT}}s"
        " ${{SMTP_TLS:+--tls --tls-verify}} ${{CA:+--tls-ca-path $CA}} --body $(head -c $SMTP_SIZE /dev/zero | tr '\\0' x)"
        " ${{SMTP_USER:+--auth PLAIN --auth-user $SMTP_USER --auth-password $SMTP_PASSWORD}} --hide-all",
        "swaks --version | head -1",
        False,
        _DELIVER,
    ),
    Client(
        "curl",
        "curl",
        _TEXT + " | curl -sS --max-time $SMTP_TIMEOUT smtp://localhost:$SMTP_PORT/app.example.com --mail-from $SMTP_FROM"
        " $(echo $SMTP_TO | sed 's/^/--mail-rcpt /;s/,/ --mail-rcpt /g') -T -"
        " ${{SMTP_TLS:+--ssl-reqd ${{SSL_CERT_FILE:+--cacert $SSL_CERT_FILE}}}} ${{SMTP_USER:+--user $SMTP_USER:$SMTP_PASSWORD}}",
        "curl --version | head -1 | cut -d' ' -f1-2",
        False,
        _DELIVER,
    ),
    Client(
        "curl-file",
        "curl",
        _TEXT + " > m.eml; curl -sS --max-time $SMTP_TIMEOUT smtp://localhost:$SMTP_PORT/app.example.com --mail-from $SMTP_FROM"
        " $(echo $SMTP_TO | sed 's/^/--mail-rcpt /;s/,/ --mail-rcpt /g') -T m.eml"
        " ${{SMTP_TLS:+--ssl-reqd ${{SSL_CERT_FILE:+--cacert $SSL_CERT_FILE}}}} ${{SMTP_USER:+--user $SMTP_USER:$SMTP_PASSWORD}}",
        "curl --version | head -1 | cut -d' ' -f1-2",
        False,
        ("plain", "tls", "auth"),
    ),
    Client(
        "msmtp",
        "msmtp",
        "echo echo $SMTP_PASSWORD > p; chmod +x p; " + _TEXT + " | msmtp --host=localhost --port=$SMTP_PORT --from=$SMTP_FROM --timeout=$SMTP_TIMEOUT --domain=app.example.com"
        " $(test -n \"$SMTP_TLS\" && echo --tls=on --tls-starttls=on ${{SSL_CERT_FILE:+--tls-trust-file=$SSL_CERT_FILE}})"
        ' $(test -n "$SMTP_USER" && echo --auth=plain --user=$SMTP_USER --passwordeval=./p)'
        " $(echo $SMTP_TO | tr , ' ')",
        "msmtp --version | head -1",
        False,
        _DELIVER,
    ),
    Client(
        "s-nail",
        "s-nail",
        "head -c $SMTP_SIZE /dev/zero | tr '\\0' x | s-nail -:/ -s Hello -r $SMTP_FROM -S v15-compat -S sendwait"
        " -S hostname=app.example.com -S from=$SMTP_FROM"
        ' -S mta=smtp://${{SMTP_USER:+$SMTP_USER:$SMTP_PASSWORD@}}localhost:$SMTP_PORT'
        " $(test -n \"$SMTP_USER\" && echo -S smtp-auth=plain || echo -S smtp-auth=none)"
        " $(test -n \"$SMTP_TLS\" && echo -S smtp-use-starttls -S tls-verify=strict ${{SSL_CERT_FILE:+-S tls-ca-file=$SSL_CERT_FILE}})"
        " $(echo $SMTP_TO | tr , ' ')",
        "s-nail --version | head -1",
        False,
        _DELIVER,
    ),
    Client(
        "mutt",
        "mutt",
        "head -c $SMTP_SIZE /dev/zero | tr '\\0' x | mutt -n -F /dev/null -s Hello -e 'set from='$SMTP_FROM"
        " -e 'set use_envelope_from=yes ssl_force_tls=no' -e 'set copy=no' -e 'set hostname=app.example.com'"
        " -e \"set smtp_url=smtp://${{SMTP_USER:+$SMTP_USER:$SMTP_PASSWORD@}}localhost:$SMTP_PORT\""
        " -e \"set ssl_starttls=$(test -n \"$SMTP_TLS\" && echo yes || echo no)\""
        " ${{SSL_CERT_FILE:+-e \"set ssl_ca_certificates_file=$SSL_CERT_FILE ssl_usesystemcerts=no\"}} -- $(echo $SMTP_TO | tr , ' ')",
        "mutt -v | head -1",
        False,
        ("plain", "two", "refused", "tls", "too-big"),
    ),
    Client(
        "git-send-email",
        "perl",
        "cd $(mktemp -d) && " + _TEXT + " > m.eml && git -c sendemail.smtpserver=localhost -c sendemail.smtpserverport=$SMTP_PORT"
        " send-email --quiet --from=$SMTP_FROM --to=$SMTP_TO --confirm=never --suppress-cc=all --smtp-domain=app.example.com m.eml",
        "git --version",
        False,
        ("plain", "two", "refused"),
    ),
    Client(
        "sendemail",
        "sendemail",
        "sendemail -q -f $SMTP_FROM -t $(echo $SMTP_TO | tr , ' ') -u Hello -m xxx -s localhost:$SMTP_PORT -o timeout=5"
        " -o tls=no ${{SMTP_USER:+-xu $SMTP_USER -xp $SMTP_PASSWORD}}",
        "dpkg-query -W -f '${{Version}}' sendemail",
        False,
        ("plain", "two", "refused", "auth-plain", "auth-wrong"),
    ),
    Client(
        "openssl",
        "openssl",
        "(sleep 0.5; printf 'EHLO me.example.com\\n'; sleep 0.3; printf 'QUIT\\n'; sleep 0.3) |"
        " timeout 5 openssl s_client -starttls smtp -connect localhost:$SMTP_PORT -crlf -quiet",
        "openssl version",
        False,
        ("plain",),
    ),
    Client(
        "nc",
        "by hand",
        "(sleep 0.2; printf 'ehlo me\\n'; sleep 0.2; printf 'mail from: <me@example.com>\\n'; sleep 0.2; "
        "printf 'rcpt to: you@example.com\\n'; sleep 0.2; printf 'quit\\n'; sleep 0.2) | nc localhost $SMTP_PORT",
        "dpkg-query -W -f '${{Version}}' netcat-openbsd",
        False,
        ("plain",),
    ),
    Client(
        "telnet",
        "by hand",
        f"({_ASK}printf 'RCPT TO:<you@example.com>\\n'; sleep 0.8; printf 'DATA\\n'; sleep 0.8; "
        "printf 'Subject: Hi\\n\\nHi\\n.\\n'; sleep 0.8; printf 'QUIT\\n'; sleep 0.8) | telnet localhost $SMTP_PORT",
        "dpkg-query -W -f '${{Version}}' telnet",
        False,
        ("plain",),
    ),
    Client("sslscan", "tls scanner", "sslscan --starttls-smtp localhost:$SMTP_PORT", "dpkg-query -W -f '${{Version}}' sslscan", False, ("plain",)),
    Client("curl-http", "browser", "curl -sS --max-time 3 http://localhost:$SMTP_PORT/", "curl --version | head -1 | cut -d' ' -f1-2", False, ("plain",)),
    Client("curl-https", "tls client", "curl -sS --max-time 3 https://localhost:$SMTP_PORT/", "curl --version | head -1 | cut -d' ' -f1-2", False, ("plain",)),
)  # fmt: skip

NO_QUIT = Client("smtplib", "smtplib", "python3 {here}/with_smtplib.py no-quit", "python3 --version")
SITUATIONS: Mapping[str, tuple[dict[str, object], dict[str, str]]] = {
    # name -> (limits of the listener, environment of the client)
    "plain": ({}, {}),
    "two": ({}, {"SMTP_TO": "you@example.com,nobody@example.com"}),
    "refused": ({}, {"SMTP_TO": "nobody@example.com"}),
    "later": ({}, {"SMTP_TO": "later@example.com"}),
    "sender": ({}, {"SMTP_FROM": "denied@example.com"}),
    "too-big": ({"message_size": 1000}, {"SMTP_SIZE": "3000"}),
    "content": ({"message_line": 60}, {"SMTP_SIZE": "200"}),
    "drop": ({}, {"SMTP_TO": "drop@example.com"}),
    "closing": ({}, {"SMTP_TO": "closing@example.com"}),
    "silent": ({}, {"SMTP_TO": "silent@example.com"}),
    "all": ({}, {"SMTP_TO": "nobody@example.com,later@example.com"}),
    "data": ({}, {"SMTP_TO": "no-data@example.com"}),
    "cut": ({}, {"SMTP_TO": "cut@example.com", "SMTP_SIZE": "200"}),
    "hang": ({}, {"SMTP_TO": "hang@example.com"}),
    "busy": ({"connections": 0}, {}),
    "tls": ({}, {"SMTP_TLS": "1", "TRUST": "1"}),
    "tls-untrusted": ({}, {"SMTP_TLS": "1"}),
    "no-tls": ({"with_tls": False}, {"SMTP_TLS": "1", "TRUST": "1"}),
    "tls-refused": ({"refuses_tls": True}, {"SMTP_TLS": "1", "TRUST": "1"}),
    "auth": ({}, {"SMTP_TLS": "1", "TRUST": "1", "SMTP_USER": "demo", "SMTP_PASSWORD": "secret"}),
    "auth-plain": ({}, {"SMTP_USER": "demo", "SMTP_PASSWORD": "secret"}),
    "auth-wrong": ({"login": ("demo", "secret")}, {"SMTP_USER": "demo", "SMTP_PASSWORD": "wrong"}),
    "no-auth": ({"offers_login": False}, {"SMTP_USER": "demo", "SMTP_PASSWORD": "secret"}),
    "no-quit": ({}, {}),
}
