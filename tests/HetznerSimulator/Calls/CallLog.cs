using System.IO.Enumeration;

namespace HetznerSimulator.Calls;

/// <summary>The last 100,000 requests, oldest first.</summary>
public sealed class CallLog
{
    private const int Kept = 100_000;

    private readonly Lock _gate = new();
    private readonly Queue<CallRecord> _calls = new();

    /// <summary>A copy as of now.</summary>
    public IReadOnlyList<CallRecord> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>How many requests had this method and path; <c>*</c> stands for any characters.</summary>
    public int Count(string method = "*", string path = "*") => All.Count(c => Matches(method, c.Method) && Matches(path, c.Path));

    /// <summary>Forgets them all.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _calls.Clear();
        }
    }

    internal static bool Matches(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text);

    internal void Add(CallRecord call)
    {
        lock (_gate)
        {
            _calls.Enqueue(call);
            if (_calls.Count > Kept)
            {
                _calls.Dequeue();
            }
        }
    }
}
