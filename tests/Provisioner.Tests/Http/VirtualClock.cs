namespace Provisioner.Tests.Http;

/// <summary>A clock that runs much faster than the world's while nothing is under way, and stands still otherwise.</summary>
internal sealed class VirtualClock : TimeProvider, IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private static readonly DateTimeOffset Start = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock gate = new();
    private readonly List<Alarm> alarms = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private DateTimeOffset now = Start;
    private int busy;

    public VirtualClock() => running = Task.Run(RunAsync);

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Elapsed => GetUtcNow() - Start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Stops the clock until <see cref="Rest"/>.</summary>
    public void Work()
    {
        lock (gate)
        {
            busy++;
        }
    }

    public void Rest()
    {
        lock (gate)
        {
            busy--;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (await ticks.WaitForNextTickAsync(stopping.Token))
        {
            Alarm? due;
            lock (gate)
            {
                var until = now + Step;
                due = alarms.MinBy(a => a.Due);
                if (busy > 0 || due is null)
                {
                    continue;
                }

                due = due.Due <= until ? due : null;
                now = due is null ? until : due.Due > now ? due.Due : now;
                if (due is not null)
                {
                    alarms.Remove(due);
                }
            }

            due?.Ring();
        }
    }

    private sealed class Alarm(VirtualClock clock, Action ring) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            period.ShouldBeOneOf(Timeout.InfiniteTimeSpan, TimeSpan.Zero);
            lock (clock.gate)
            {
                clock.alarms.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock.now + dueTime;
                    clock.alarms.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
