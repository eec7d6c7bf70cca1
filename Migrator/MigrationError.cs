namespace Migrator;

/// <summary>What kind of thing went wrong; callers decide by it, people read the message.</summary>
public enum MigrationError
{
    /// <summary>A migration cannot be read.</summary>
    Source,

    /// <summary>An applied file was changed afterwards.</summary>
    Edited,

    /// <summary>A migration is applied, but its file is not there.</summary>
    Missing,

    /// <summary>A file is older than one that is already applied.</summary>
    OutOfOrder,

    /// <summary>A statement failed.</summary>
    Statement,

    /// <summary>A lock was not free in time; trying later is right.</summary>
    Locked,

    /// <summary>Another run works on the same database or list.</summary>
    Busy,

    /// <summary>The database cannot be reached; trying later is right.</summary>
    Unreachable,

    /// <summary>The role to run as is missing, or would have too many rights.</summary>
    Role,

    /// <summary>A migration cannot be taken back, or did not keep its promise.</summary>
    Refused,
}
