using System.Collections.Concurrent;

namespace HetznerSimulator.Contract;

/// <summary>Every request and response so far that the official document does not allow. A test that ends with one has failed.</summary>
public sealed class ViolationLog
{
    private readonly ConcurrentQueue<string> _violations = new();

    public IReadOnlyList<string> All => [.. _violations];

    internal void Add(string violation) => _violations.Enqueue(violation);
}
