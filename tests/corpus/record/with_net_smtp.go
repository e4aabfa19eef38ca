// Sends one message with Go's net/smtp.
package main

import (
	"fmt"
	"net/smtp"
	"os"
	"strconv"
	"strings"
)

func main() {
	var auth smtp.Auth
	if user := os.Getenv("SMTP_USER"); user != "" {
		auth = smtp.PlainAuth("", user, os.Getenv("SMTP_PASSWORD"), "localhost")
	}
	to, from := os.Getenv("SMTP_TO"), os.Getenv("SMTP_FROM")
	size, _ := strconv.Atoi(os.Getenv("SMTP_SIZE"))
	text := "From: " + from + "\r\nTo: " + to + "\r\nSubject: Hello\r\n\r\n" + strings.Repeat("x", size) + "\r\n"
	err := smtp.SendMail("localhost:"+os.Getenv("SMTP_PORT"), auth, from, strings.Split(to, ","), []byte(text))
	if err != nil {
		fmt.Println(err)
	}
}
