"""The HTTP client of FCE: all that it takes from httpx, which no other module imports but the published client."""

from httpx import (
    URL as URL,
)
from httpx import (
    AsyncClient as AsyncClient,
)
from httpx import (
    Client as Client,
)
from httpx import (
    ConnectError as ConnectError,
)
from httpx import (
    ConnectTimeout as ConnectTimeout,
)
from httpx import (
    DecodingError as DecodingError,
)
from httpx import (
    Headers as Headers,
)
from httpx import (
    HTTPError as HTTPError,
)
from httpx import (
    InvalidURL as InvalidURL,
)
from httpx import (
    Limits as Limits,
)
from httpx import (
    PoolTimeout as PoolTimeout,
)
from httpx import (
    RequestError as RequestError,
)
from httpx import (
    Response as Response,
)
from httpx import (
    Timeout as Timeout,
)
from httpx import (
    TimeoutException as TimeoutException,
)
from httpx import (
    TransportError as TransportError,
)
from httpx import (
    create_ssl_context as create_ssl_context,
)
from httpx import (
    get as get,
)
