namespace HetznerSimulator.Faults;

/// <summary>The faults that were asked for; the first that is due for a call wins.</summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<Planned> _planned = [];

    /// <summary>Each fault with the number of calls that matched it and of those that went wrong.</summary>
    public IReadOnlyList<FaultCount> All
    {
        get
        {
            lock (_gate)
            {
                return _planned.ConvertAll(p => new FaultCount(p.Fault, p.Matched, p.Fired));
            }
        }
    }

    /// <summary>Adds a fault behind those that are there.</summary>
    /// <exception cref="ArgumentException">It could never fire.</exception>
    public void Add(Fault fault)
    {
        if (fault.Call < 1 || fault.Times < 1 || fault.Seconds < 0)
        {
            throw new ArgumentException("A fault's call and times are at least 1, its seconds at least 0.", nameof(fault));
        }

        lock (_gate)
        {
            _planned.Add(new Planned(fault));
        }
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _planned.Clear();
        }
    }

    internal Fault? Next(string method, string path)
    {
        lock (_gate)
        {
            Fault? due = null;
            foreach (var planned in _planned.Where(p => p.Fault.Matches(method, path)))
            {
                planned.Matched++;
                if (due is null && planned.Matched >= planned.Fault.Call && planned.Fired < planned.Fault.Times)
                {
                    planned.Fired++;
                    due = planned.Fault;
                }
            }

            return due;
        }
    }

    private sealed class Planned(Fault fault)
    {
        public Fault Fault { get; } = fault;

        public int Matched { get; set; }

        public int Fired { get; set; }
    }
}
