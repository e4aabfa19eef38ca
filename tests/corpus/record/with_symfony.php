<?php
// Sends one message with Symfony Mailer.
require getenv('SYMFONY_MAILER');
use Symfony\Component\Mailer\Mailer;
use Symfony\Component\Mailer\Transport\Smtp\EsmtpTransport;
use Symfony\Component\Mime\Email;

try {
    ini_set('default_socket_timeout', getenv('SMTP_TIMEOUT'));
    $transport = new EsmtpTransport('localhost', (int) getenv('SMTP_PORT'), false);
    $transport->setUsername(getenv('SMTP_USER'))->setPassword(getenv('SMTP_PASSWORD'));
    $transport->getStream()->setTimeout((float) getenv('SMTP_TIMEOUT'));
    $mail = (new Email())->from(getenv('SMTP_FROM'))->to(...explode(',', getenv('SMTP_TO')))
        ->subject('Hello')->text(str_repeat('x', (int) getenv('SMTP_SIZE')));
    (new Mailer($transport))->send($mail);
} catch (Throwable $error) {
    echo get_class($error), ': ', $error->getMessage(), "\n";
}
