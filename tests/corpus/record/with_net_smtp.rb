# Sends one message with Ruby's Net::SMTP.
require "net/smtp"
begin
  smtp = Net::SMTP.new("localhost", ENV["SMTP_PORT"].to_i)
  smtp.read_timeout = ENV["SMTP_TIMEOUT"].to_i
  ENV["SMTP_TLS"].empty? ? smtp.disable_starttls : smtp.enable_starttls
  login = ENV["SMTP_USER"].empty? ? [] : [ENV["SMTP_USER"], ENV["SMTP_PASSWORD"], :plain]
  smtp.start("app.example.com", *login) do
    to = ENV["SMTP_TO"].split(",")
    text = "From: #{ENV["SMTP_FROM"]}\nTo: #{to.join(", ")}\nSubject: Hello\n\n#{"x" * ENV["SMTP_SIZE"].to_i}\n"
    smtp.send_message(text, ENV["SMTP_FROM"], *to)
  end
rescue StandardError => error
  puts "#{error.class}: #{error.message}"
end
