// Sends one message with Jakarta Mail; the recorder makes the JavaMail program of it by the name of the package.
import jakarta.mail.*;
import jakarta.mail.internet.*;
import java.util.Properties;

public class Send {
    public static void main(String[] args) {
        String tls = System.getenv("SMTP_TLS"), user = System.getenv("SMTP_USER");
        String timeout = String.valueOf(Math.round(Double.parseDouble(System.getenv("SMTP_TIMEOUT")) * 1000));
        Properties p = new Properties();
        p.put("mail.smtp.host", "localhost");
        p.put("mail.smtp.port", System.getenv("SMTP_PORT"));
        p.put("mail.smtp.timeout", timeout);
        p.put("mail.smtp.starttls.enable", tls.isEmpty() ? "false" : "true");
        p.put("mail.smtp.starttls.required", tls.isEmpty() ? "false" : "true");
        if (System.getenv("SSL_CERT_FILE") != null) p.put("mail.smtp.ssl.trust", "localhost");
        p.put("mail.smtp.auth", user.isEmpty() ? "false" : "true");
        try {
            Session session = Session.getInstance(p, new Authenticator() {
                protected PasswordAuthentication getPasswordAuthentication() {
                    return new PasswordAuthentication(user, System.getenv("SMTP_PASSWORD"));
                }
            });
            MimeMessage message = new MimeMessage(session);
            message.setFrom(System.getenv("SMTP_FROM"));
            message.setRecipients(Message.RecipientType.TO, System.getenv("SMTP_TO"));
            message.setSubject("Hello");
            message.setText("x".repeat(Integer.parseInt(System.getenv("SMTP_SIZE"))));
            Transport.send(message);
        } catch (MessagingException error) {
            Exception next = error;
            while (next != null) {
                System.out.println(next);
                next = next instanceof MessagingException e ? e.getNextException() : null;
            }
        }
    }
}
