<?php
// Sends one message with PHPMailer.
require getenv('PHPMAILER');

$mail = new PHPMailer\PHPMailer\PHPMailer(true);
try {
    $mail->isSMTP();
    $mail->Host = 'localhost';
    $mail->Port = (int) getenv('SMTP_PORT');
    $mail->Timeout = (int) getenv('SMTP_TIMEOUT');
    $mail->getSMTPInstance()->Timelimit = (int) getenv('SMTP_TIMEOUT');
    $mail->SMTPAutoTLS = false;
    $mail->SMTPSecure = getenv('SMTP_TLS') ? 'tls' : '';
    $mail->SMTPAuth = (bool) getenv('SMTP_USER');
    $mail->Username = getenv('SMTP_USER');
    $mail->Password = getenv('SMTP_PASSWORD');
    $mail->setFrom(getenv('SMTP_FROM'));
    foreach (explode(',', getenv('SMTP_TO')) as $address) {
        $mail->addAddress($address);
    }
    $mail->Subject = 'Hello';
    $mail->Body = str_repeat('x', (int) getenv('SMTP_SIZE'));
    $mail->send();
} catch (Throwable $error) {
    echo get_class($error), ': ', $error->getMessage(), "\n";
}
