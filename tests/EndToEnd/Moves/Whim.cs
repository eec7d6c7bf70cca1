namespace EndToEnd.Moves;

/// <summary>What a seed decides about one act of a tenant's journey, whatever happens until then.</summary>
/// <param name="GoesBack">Where both are possible, it goes back instead of staying.</param>
/// <param name="Blow">What is killed meanwhile; null where nothing is.</param>
/// <param name="Moment">From 0 to 1, as part of the operation's steps; the blow falls when it has come so far, and <paramref name="Delay"/> later.</param>
internal sealed record Whim(bool GoesBack, Blow? Blow, double Moment, TimeSpan Delay)
{
    public static Whim Of(Random random)
    {
        var (goesBack, isBlow, blow, moment) = (random.Next(2) == 0, random.Next(2) == 0, (Blow)random.Next(5), random.NextDouble());

        // Steps are over soon; now and then the blow falls where nobody thought of.
        var delay = TimeSpan.FromMilliseconds(random.Next(random.Next(2) == 0 ? 60 : 1000));
        return new(goesBack, isBlow ? blow : null, moment, delay);
    }
}
