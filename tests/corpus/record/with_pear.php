<?php
// Sends one message with PEAR's Mail and Net_SMTP.
error_reporting(E_ALL & ~E_DEPRECATED);
require 'Mail.php';
$mail = Mail::factory('smtp', [
    'host' => 'localhost', 'port' => (int) getenv('SMTP_PORT'), 'auth' => (bool) getenv('SMTP_USER'),
    'username' => getenv('SMTP_USER'), 'password' => getenv('SMTP_PASSWORD'), 'timeout' => (int) getenv('SMTP_TIMEOUT'),
    'socket_options' => [],
]);
$headers = ['From' => getenv('SMTP_FROM'), 'To' => getenv('SMTP_TO'), 'Subject' => 'Hello'];
$result = $mail->send(explode(',', getenv('SMTP_TO')), $headers, str_repeat('x', (int) getenv('SMTP_SIZE')));
if (PEAR::isError($result)) {
    echo $result->getMessage(), "\n";
}
