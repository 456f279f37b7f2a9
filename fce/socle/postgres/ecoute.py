"""Check the port that a command is about to listen on."""

import socket

from fce.socle.erreurs import ParametreInvalide


def verifier_port(host: str, port: int, reglage: str = "--port") -> None:
    """Raise ParametreInvalide, naming the option or setting to change, when this port cannot be bound."""
    try:
        famille, genre, _, _, adresse = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(famille, genre) as essai:
            essai.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            essai.bind(adresse)
    except PermissionError as erreur:
        raise ParametreInvalide(f"Le port {port} est réservé à root : choisissez-en un au-dessus de 1023.") from erreur
    except (OSError, OverflowError) as erreur:
        raise ParametreInvalide(
            f"Le port {port} n’est pas libre sur {host} : choisissez-en un autre ({reglage})."
        ) from erreur
