"""The HTTP client of FCE: all that it takes from httpx, which no other module imports but the published client."""

from httpx import (
    URL as URL,
    AsyncClient as AsyncClient,
    Client as Client,
    ConnectError as ConnectError,
    ConnectTimeout as ConnectTimeout,
    DecodingError as DecodingError,
    Headers as Headers,
    HTTPError as HTTPError,
    InvalidURL as InvalidURL,
    Limits as Limits,
    PoolTimeout as PoolTimeout,
    RequestError as RequestError,
    Response as Response,
    Timeout as Timeout,
    TimeoutException as TimeoutException,
    TransportError as TransportError,
    create_ssl_context as create_ssl_context,
    get as get,
)
