namespace HetznerSimulator.Http;

/// <summary>What an endpoint answers: a status and a body that becomes JSON, or none.</summary>
internal sealed record Answer(int Status, object? Body)
{
    public static readonly Answer NoContent = new(204, null);

    public static Answer Ok(object body) => new(200, body);

    public static Answer Created(object body) => new(201, body);

    /// <summary>A body of one named thing: <c>{"server": {…}}</c>.</summary>
    public static Answer Ok(string key, object? value) => new(200, new Dictionary<string, object?>(StringComparer.Ordinal) { [key] = value });

    /// <inheritdoc cref="Ok(string, object)"/>
    public static Answer Created(string key, object? value) => new(201, new Dictionary<string, object?>(StringComparer.Ordinal) { [key] = value });
}
