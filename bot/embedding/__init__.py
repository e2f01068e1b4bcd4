"""What turns messages into meaning: an endpoint, a model on this machine, or words alone; `auto` takes the best there is."""

from collections.abc import Callable

from bot.settings import Settings
from handlers.analysis.lexical import LexicalEmbedder
from handlers.analysis.meaning import joined
from handlers.analysis.meaning.joined import Embedder, WithWords
from handlers.errors import Refused
from handlers.outside import Model

Connect = Callable[[Settings], Model | None]

ENDPOINTS_MODEL = "text-embedding-3-small"
LOCAL_MODEL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"


def connect(settings: Settings, to_model: Connect) -> Embedder:
    """The embedder that the settings name. Nothing is loaded or fetched before its first text; `to_model` connects the
    model that makes gists, where they are asked for."""
    return choose(settings.embeddings, settings.embedding_model, settings, to_model)


def is_outside(embedder: Embedder) -> bool:
    """Whether it is asked with no transaction open: it is another machine, or it takes long to get ready."""
    return bool(getattr(embedder, "outside", False))


def choose(kind: str, model: str | None, settings: Settings, to_model: Connect) -> Embedder:
    """`auto`: a local model where a directory or name of one is set, else the encoder that comes along, else words."""
    if kind == "lexical":
        return LexicalEmbedder()
    if kind == "endpoint":
        from bot.embedding.endpoint import Endpoint

        if not settings.has_model:
            raise Refused("EARSHOT_EMBEDDINGS=endpoint needs OPENAI_API_KEY or OPENAI_BASE_URL.")
        key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
        endpoint = Endpoint(key, settings.openai_base_url, model or ENDPOINTS_MODEL)
        maker = to_model(settings) if settings.embedding_gist else None
        if maker is None:
            return WithWords(endpoint)
        from bot.embedding.gist import ByGist

        return WithWords(ByGist(endpoint, maker))
    if kind == "local" or model:
        from bot.embedding.local import Local

        return WithWords(Local(model or LOCAL_MODEL))
    return joined.best()
