"""What a link seems to be for, by the words on it and in its address, in several languages."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """In the order of what somebody who tests looks for first."""

    CONFIRM = "confirm"
    RESET = "reset"
    SIGN_IN = "sign in"
    INVITATION = "invitation"
    UNSUBSCRIBE = "unsubscribe"


_ON_IT: Final = {
    # Asked first: "confirm that you unsubscribe" unsubscribes.
    Purpose.UNSUBSCRIBE: (
        "unsubscribe|opt[ -]?out|email preferences|abbestellen|abmelden|désinscrire|désabonner|"
        "darse de baja|cancelar suscripción|descadastrar|annulla l'iscrizione|disiscriv|afmelden|"
        "avregistrera|отписаться|wypisz|退订|配信停止|수신거부"
    ),
    Purpose.RESET: (
        "reset|forgot|(?:new|change|choose|set|create) (?:your |a |my )?(?:new )?password|passwort|"
        "réinitialis|mot de passe|restablecer|contraseña|redefinir|senha|reimposta|wachtwoord|återställ|"
        "nulstil|сброс|пароль|zresetuj|重置|パスワード|비밀번호"
    ),
    Purpose.CONFIRM: (
        "confirm|verif|activate|activation|validate|bestätig|aktivier|verifizier|confirmez|vérifi|"
        "activer|valider|verifica|activar|ativar|conferma|attiva|bevestig|activeer|bekräfta|bekræft|"
        "bekreft|vahvista|potwierd|potvrd|подтверд|onayla|doğrula|验证|确认|激活|認証|確認|인증|확인"
    ),
    Purpose.INVITATION: (
        "invitation|invite|join |accept|einladung|annehmen|beitreten|rejoindre|accepter|aceptar|unirse|"
        "aceitar|accetta|uitnodiging|zaproszenie|приглаш|邀请|招待|초대"
    ),
    Purpose.SIGN_IN: (
        "sign[ -]?in|log[ -]?in|magic link|anmelden|einloggen|se connecter|connexion|iniciar sesión|"
        "entrar|accedi|inloggen|logga in|log ind|logg inn|kirjaudu|zaloguj|přihlásit|войти|giriş|登录|"
        "登入|ログイン|로그인"
    ),
}
_IN_ADDRESS: Final = {
    Purpose.UNSUBSCRIBE: "unsub|opt-?out|list-manage|preferences",
    Purpose.RESET: "reset|forgot|password",
    Purpose.CONFIRM: "confirm|verif|activat|validat",
    Purpose.INVITATION: "invit",
    Purpose.SIGN_IN: "sign-?_?in|log-?_?in|magic|passwordless",
}
_LABELS: Final = {kind: re.compile(words, re.IGNORECASE) for kind, words in _ON_IT.items()}
_ADDRESSES: Final = {kind: re.compile(words, re.IGNORECASE) for kind, words in _IN_ADDRESS.items()}
_WEB = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


def purpose(label: str, url: str) -> Purpose | None:
    """Tell what a link is for; the words on it say more than its address, and None is a link to something to read."""
    for kind, words in _LABELS.items():
        if words.search(label):
            return kind
    host = _WEB.match(url)
    if host is None:
        return Purpose.UNSUBSCRIBE if url[:7].lower() == "mailto:" and "unsubscribe" in url.lower() else None
    rest = url[host.end() : host.end() + 500]
    return next((kind for kind, words in _ADDRESSES.items() if words.search(rest)), None)
