// Sends one message with emailjs.
import { SMTPClient } from 'emailjs';
const env = process.env;

const client = new SMTPClient({
  host: 'localhost',
  port: Number(env.SMTP_PORT),
  tls: Boolean(env.SMTP_TLS),
  user: env.SMTP_USER || undefined,
  password: env.SMTP_PASSWORD || undefined,
  timeout: Number(env.SMTP_TIMEOUT) * 1000,
});
try {
  await client.sendAsync({ from: env.SMTP_FROM, to: env.SMTP_TO, subject: 'Hello', text: 'x'.repeat(Number(env.SMTP_SIZE)) });
} catch (error) {
  console.log(String(error));
}
process.exit();
