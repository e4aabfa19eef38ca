# Sends one message with Perl's Net::SMTP, which raises nothing: each step is asked.
use strict; use warnings; use Net::SMTP;
my $smtp = Net::SMTP->new('localhost', Port => $ENV{SMTP_PORT}, Timeout => $ENV{SMTP_TIMEOUT}, Hello => 'app.example.com')
    or do { print "new: $@\n"; exit };
sub failed { my $step = shift; print "$step: ", $smtp->code, ' ', $smtp->message, "\n"; $smtp->quit; exit }
if ($ENV{SMTP_TLS}) { $smtp->starttls($ENV{SSL_CERT_FILE} ? (SSL_ca_file => $ENV{SSL_CERT_FILE}) : ()) or failed('starttls') }
if ($ENV{SMTP_USER}) { $smtp->auth($ENV{SMTP_USER}, $ENV{SMTP_PASSWORD}) or failed('auth') }
my @to = split /,/, $ENV{SMTP_TO};
$smtp->mail($ENV{SMTP_FROM}) or failed('mail');
my @good = $smtp->to(@to, { SkipBad => 1 });
@good or failed('to');
print "to accepted only @good\n" if @good < @to;
$smtp->data or failed('data');
$smtp->datasend("From: $ENV{SMTP_FROM}\nTo: $ENV{SMTP_TO}\nSubject: Hello\n\n" . 'x' x $ENV{SMTP_SIZE} . "\n");
$smtp->dataend or failed('dataend');
$smtp->quit;
