using HetznerSimulator.Http;

namespace HetznerSimulator.Actions;

/// <summary>The project's actions. Nothing ticks: whatever is due is settled when somebody looks, so that a test's clock decides alone.</summary>
public sealed class ActionLog(TimeProvider time, TimeSpan duration)
{
    private readonly SortedDictionary<long, CloudAction> _all = [];
    private readonly List<CloudAction> _running = [];
    private long _lastId;

    /// <summary>Every action so far, by id.</summary>
    public IReadOnlyCollection<CloudAction> All => _all.Values;

    /// <summary>What happens to the actions that start from now on.</summary>
    internal ActionFate Fate { get; set; }

    public CloudAction? Find(long id) => _all.GetValueOrDefault(id);

    /// <summary>Starts an action on its first target, which must not be locked.</summary>
    /// <param name="work">What the hosts do, off the gate; the action ends when it has, and fails when it throws.</param>
    /// <param name="onSuccess">What becomes true when it has succeeded; under the gate.</param>
    /// <param name="onFailure">What becomes true when it has failed; under the gate.</param>
    internal CloudAction Start(string command, IReadOnlyList<ActionTarget> targets, Action? onSuccess = null, Func<Task>? work = null, Action? onFailure = null, bool locks = true)
    {
        var now = time.GetUtcNow();
        var action = new CloudAction
        {
            Id = ++_lastId,
            Command = command,
            Targets = targets,
            Started = now,
            Due = now + duration,
            Fate = Fate,
            Work = Fate == ActionFate.Good && work is not null ? work() : Task.CompletedTask,
            OnSuccess = onSuccess,
            OnFailure = onFailure,
            Locks = locks,
        };
        _all.Add(action.Id, action);
        _running.Add(action);
        return action;
    }

    /// <summary>True while an action that locks runs on the resource.</summary>
    public bool IsLocked(ActionTarget target) => _running.Exists(a => a.Locks && a.Targets[0] == target);

    internal void RefuseIfLocked(ActionTarget target)
    {
        if (IsLocked(target))
        {
            throw new CloudException("locked", $"{target.Type} {target.Id} is locked: an action is running on it");
        }
    }

    /// <summary>Ends what is due, in the order it was started.</summary>
    internal void Settle()
    {
        var now = time.GetUtcNow();
        foreach (var action in _running.Where(a => a.Fate != ActionFate.Stuck && a.Due <= now && a.Work.IsCompleted).ToList())
        {
            _running.Remove(action);
            action.Finished = now;
            action.Failure = action.Fate == ActionFate.Failed ? "the action failed as the simulator was told" : action.Work.Exception?.GetBaseException().Message;
            if (action.Failure is not null || action.Work.IsCanceled)
            {
                action.Status = ActionStatus.Error;
                action.Failure ??= "the simulator is being stopped";
                action.OnFailure?.Invoke();
                continue;
            }

            action.Status = ActionStatus.Success;
            action.OnSuccess?.Invoke();
        }
    }

    /// <summary>Ends when no host works for an action any more, however that went.</summary>
    internal async Task AtRestAsync()
    {
        foreach (var action in _running)
        {
            await action.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lets stuck actions end as failed ones: their work was never begun.</summary>
    internal void Release() => _running.ForEach(a => a.Fate = a.Fate == ActionFate.Stuck ? ActionFate.Failed : a.Fate);
}
