namespace HetznerSimulator.Faults;

/// <summary>What goes wrong with a call.</summary>
public enum FaultKind
{
    /// <summary>The work is done, the answer never comes: silence for <see cref="Fault.Seconds"/>, then the connection is cut.</summary>
    NoAnswer,

    /// <summary>Nothing is done; the answer is the error <see cref="Fault.Code"/> with its status.</summary>
    Error,

    /// <summary>Nothing is done; 429 with an exhausted budget in the headers.</summary>
    RateLimited,

    /// <summary>Nothing is done; <c>resource_unavailable</c>.</summary>
    SoldOut,

    /// <summary>Nothing is done; <c>resource_limit_exceeded</c>.</summary>
    LimitReached,

    /// <summary>The work is done, half of the answer arrives, the connection is cut.</summary>
    TruncatedBody,

    /// <summary>The actions that the call starts run until the faults are cleared, then fail. What they should do is not done.</summary>
    ActionStuck,

    /// <summary>The actions that the call starts end in error. What they should do is not done.</summary>
    ActionFailed,

    /// <summary>After the answer is made, the call's server is gone, as if somebody had deleted it elsewhere.</summary>
    ServerVanishes,

    /// <summary>As <see cref="ServerVanishes"/>, and a server of somebody else answers at its address.</summary>
    AddressReused,
}
