namespace Migrator.Lint;

/// <summary>PostgreSQL's table locks from weak to strong, named as in <c>pg_locks</c>; from <see cref="ShareLock"/> on writers wait.</summary>
public enum LockMode
{
    AccessShareLock = 1,
    RowShareLock,
    RowExclusiveLock,
    ShareUpdateExclusiveLock,
    ShareLock,
    ShareRowExclusiveLock,
    ExclusiveLock,
    AccessExclusiveLock,
}
