# Sends one message with Action Mailer, as an application of Rails does.
require "logger"
require "action_mailer"

class Greeter < ActionMailer::Base
  def hello
    mail(from: ENV["SMTP_FROM"], to: ENV["SMTP_TO"].split(","), subject: "Hello", content_type: "text/plain",
         body: "x" * ENV["SMTP_SIZE"].to_i)
  end
end

begin
  settings = { address: "localhost", port: ENV["SMTP_PORT"].to_i, read_timeout: ENV["SMTP_TIMEOUT"].to_i,
               enable_starttls_auto: !ENV["SMTP_TLS"].empty? }
  unless ENV["SMTP_USER"].empty?
    settings.update(user_name: ENV["SMTP_USER"], password: ENV["SMTP_PASSWORD"], authentication: :plain)
  end
  ActionMailer::Base.smtp_settings = settings
  ActionMailer::Base.logger = nil
  Greeter.hello.deliver_now
rescue StandardError => error
  puts "#{error.class}: #{error.message}"
end
