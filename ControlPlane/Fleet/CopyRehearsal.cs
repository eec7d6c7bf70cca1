using ControlPlane.Operations;

namespace ControlPlane.Fleet;

/// <summary>
/// Runs the migrations that one tenant lacks on a throw-away copy of its own database, rows and all, and keeps what PostgreSQL did. The
/// tenant works on: the copy comes from a dump. The copy's id is the operation's subject.
/// </summary>
public sealed class CopyRehearsal : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(ReserveCopy), typeof(RehearseOnCopy), typeof(DiscardCopy)];
}
