using TenantRuntime.Usage;

namespace TenantRuntime.Sessions;

/// <summary>
/// Keeps what the audit trail is to learn about sessions used on another tenant's host. Who is new in an hour is told at once, how often
/// it went on when the hour is over: however fast somebody asks, that is two entries.
/// </summary>
internal sealed class ForeignSessions
{
    private const int LongestText = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<(Guid Tenant, Guid? Claimed, DateTimeOffset Hour), Tally> tallies = [];

    /// <summary>Counts one request. Beyond <see cref="ForeignSession.MostPerBatch"/> pairs of tenants in an hour, further pairs are only in the log.</summary>
    /// <param name="one">It alone.</param>
    public void Note(ForeignSession one)
    {
        lock (gate)
        {
            var key = (one.TenantId, one.Claimed, one.Hour);
            if (tallies.TryGetValue(key, out var tally))
            {
                tally.Untold++;
            }
            else if (tallies.Count < ForeignSession.MostPerBatch)
            {
                tallies.Add(key, new(one with { Host = Cut(one.Host), User = Cut(one.User), Address = Cut(one.Address) }));
            }
        }
    }

    /// <summary>What is to be told now.</summary>
    /// <param name="hour">The hour that goes on.</param>
    /// <param name="isLast">Nothing is told after this.</param>
    public IReadOnlyList<ForeignSession> Take(DateTimeOffset hour, bool isLast)
    {
        lock (gate)
        {
            List<ForeignSession> told = [];
            foreach (var (key, tally) in tallies.ToList())
            {
                var isOver = key.Hour < hour || isLast;
                if (tally.Untold > 0 && (isOver || !tally.IsKnown))
                {
                    told.Add(tally.First with { Requests = tally.Untold });
                    (tally.Untold, tally.IsKnown) = (0, true);
                }

                if (isOver)
                {
                    tallies.Remove(key);
                }
            }

            return told;
        }
    }

    private static string? Cut(string? text) => text is { Length: > LongestText } ? text[..LongestText] : text;

    private sealed class Tally(ForeignSession first)
    {
        public ForeignSession First { get; } = first;

        public long Untold { get; set; } = 1;

        public bool IsKnown { get; set; }
    }
}
