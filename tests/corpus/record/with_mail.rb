# Sends one message with the mail gem: what Action Mailer of Rails does.
require "mail"
begin
  settings = { address: "localhost", port: ENV["SMTP_PORT"].to_i, read_timeout: ENV["SMTP_TIMEOUT"].to_i,
               enable_starttls_auto: !ENV["SMTP_TLS"].empty? }
  unless ENV["SMTP_USER"].empty?
    settings.update(user_name: ENV["SMTP_USER"], password: ENV["SMTP_PASSWORD"], authentication: :plain)
  end
  mail = Mail.new(from: ENV["SMTP_FROM"], to: ENV["SMTP_TO"].split(","), subject: "Hello", body: "x" * ENV["SMTP_SIZE"].to_i)
  mail.delivery_method(:smtp, settings)
  mail.deliver!
rescue StandardError => error
  puts "#{error.class}: #{error.message}"
end
