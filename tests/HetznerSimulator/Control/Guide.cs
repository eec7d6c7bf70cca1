namespace HetznerSimulator.Control;

/// <summary>What the simulator says about itself.</summary>
internal static class Guide
{
    public const string Text =
        """
        A simulated Hetzner Cloud: the API under /v1, and beside it, without a token:

          GET    /_simulator/calls?method=POST&path=/servers*      the calls so far, and how many
          DELETE /_simulator/calls                                 forget them
          POST   /_simulator/faults                                let calls go wrong
          GET    /_simulator/faults                                what is planned, how often it matched and fired
          DELETE /_simulator/faults                                no more faults; stuck actions end in error
          PUT    /_simulator/stock    {"type": "cx23", "location": "fsn1", "sold_out": true}
          PUT    /_simulator/limits   {"kind": "server", "limit": 10}
          POST   /_simulator/servers  {"count": 10000, "prefix": "seed", "labels": {"managed-by": "me"}}
          DELETE /_simulator/servers/17?reuseAddress=true          it vanishes, and somebody else has its address
          GET    /_simulator/violations                            what the official document did not allow

        A fault: {"kind": "no_answer", "method": "POST", "path": "/servers", "call": 1, "times": 1, "seconds": 300}
          kind     no_answer       the work is done, then silence for "seconds", then the connection is cut
                   truncated_body  the work is done, half of the answer arrives
                   error           nothing is done; "code" decides: server_error 500, bad_gateway 502, unavailable 503, timeout 504,
                                   conflict 409, forbidden 403, …
                   rate_limited    nothing is done; 429
                   sold_out        nothing is done; resource_unavailable
                   limit_reached   nothing is done; resource_limit_exceeded
                   action_stuck    the call's actions run until the faults are cleared
                   action_failed   the call's actions end in error
                   server_vanishes the call's server is gone after the answer
                   address_reused  and somebody else's server has its address
          path     without /v1; * stands for any characters
          call     the first matching call that goes wrong, from 1
          times    how many in a row
        """;
}
