// Sends one message with nodemailer.
const nodemailer = require('nodemailer');
const env = process.env;

const transport = nodemailer.createTransport({
  host: 'localhost',
  port: Number(env.SMTP_PORT),
  requireTLS: Boolean(env.SMTP_TLS),
  ignoreTLS: !env.SMTP_TLS,
  auth: env.SMTP_USER ? { user: env.SMTP_USER, pass: env.SMTP_PASSWORD } : undefined,
  socketTimeout: Number(env.SMTP_TIMEOUT) * 1000,
});
transport
  .sendMail({ from: env.SMTP_FROM, to: env.SMTP_TO, subject: 'Hello', text: 'x'.repeat(Number(env.SMTP_SIZE)) })
  .then((info) => {
    if (info.rejected.length) console.log(`sendMail resolved with rejected: ${JSON.stringify(info.rejected)}`);
  })
  .catch((error) => {
    const { code, responseCode, command } = error;
    console.log(`${error}\n${JSON.stringify({ code, responseCode, command })}`);
  });
